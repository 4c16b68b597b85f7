import { createHash } from 'node:crypto';
import path from 'node:path';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { savePlace } from '../../src/session/save-path.js';
import { type MadeTorrent, makeTorrent } from '../helpers/make-payload.js';

const single = makeTorrent('movie.mkv', [{ path: 'x', bytes: new Uint8Array(9) }]);
const folder = makeTorrent('album', [
	{ path: '1.ogg', bytes: new Uint8Array(9) },
	{ path: 'art/cover.png', bytes: new Uint8Array(9) },
]);

const saved = test.macro({
	title: (_provided, saveAs: string, made: MadeTorrent, torrentPath: string) =>
		`--save-as ${saveAs} puts ${made.name} of ${torrentPath} in its place`,
	exec(
		t,
		saveAs: 'name' | 'torrent' | 'folder',
		made: MadeTorrent,
		torrentPath: string,
		savePath: string,
		files: readonly string[],
	) {
		const metainfo = parseMetainfo(made.metainfoBytes, (part) =>
			createHash('sha1').update(part).digest(),
		);
		const place = savePlace(metainfo, torrentPath, { saveAs, downloadDir: '/dl' });
		t.is(place.root, path.resolve('/dl'));
		t.is(place.savePath, savePath);
		t.deepEqual(
			Array.from(place.files, (file) => file.path),
			files,
		);
	},
});

test(saved, 'name', single, '/w/m.torrent', '/dl/movie.mkv', ['/dl/movie.mkv']);
test(saved, 'torrent', single, '/w/m.torrent', '/dl/m', ['/dl/m']);
test(saved, 'folder', single, '/w/m.torrent', '/dl/m/movie.mkv', ['/dl/m/movie.mkv']);
test(saved, 'name', folder, '/w/a b.TORRENT', '/dl/album', [
	'/dl/album/1.ogg',
	'/dl/album/art/cover.png',
]);
test(saved, 'torrent', folder, '/w/a b.TORRENT', '/dl/a b', [
	'/dl/a b/1.ogg',
	'/dl/a b/art/cover.png',
]);
test(saved, 'folder', folder, '/w/a b.TORRENT', '/dl/a b', [
	'/dl/a b/1.ogg',
	'/dl/a b/art/cover.png',
]);
test(saved, 'torrent', single, '/w/.torrent', '/dl/movie.mkv', ['/dl/movie.mkv']);
test(saved, 'torrent', single, '/w/...torrent', '/dl/movie.mkv', ['/dl/movie.mkv']);

test('without a download folder the data goes beside the .torrent', (t) => {
	const metainfo = parseMetainfo(single.metainfoBytes, (part) =>
		createHash('sha1').update(part).digest(),
	);
	const place = savePlace(metainfo, '/w/sub/m.torrent', { saveAs: 'name', downloadDir: undefined });
	t.is(place.root, '/w/sub');
	t.is(place.savePath, '/w/sub/movie.mkv');
});
