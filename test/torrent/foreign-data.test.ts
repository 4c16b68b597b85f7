import { createHash } from 'node:crypto';
import test from 'ava';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { FileStamp } from '../../src/storage/storage.js';
import { foreignData } from '../../src/torrent/foreign-data.js';
import { makeTorrent } from '../helpers/make-payload.js';

const PIECE = 16_384;
const metainfo = parseMetainfo(
	makeTorrent(
		'two',
		[
			{ path: 'a', bytes: new Uint8Array(2 * PIECE) },
			{ path: 'b', bytes: new Uint8Array(2 * PIECE) },
			{ path: 'none', bytes: new Uint8Array(0) },
		],
		{ pieceLengthBytes: PIECE },
	).metainfoBytes,
	(part) => createHash('sha1').update(part).digest(),
);
const stored = metainfo.files.map((file) => ({ ...file, path: `/d/${file.path.join('/')}` }));

const absent: FileStamp = { exists: false, isForeign: false, sizeBytes: 0, mtimeMs: 0, device: 1 };
const sized = (sizeBytes: number): FileStamp => ({ ...absent, exists: true, sizeBytes });

const judged = test.macro({
	title: (_provided, what: string, code: string | undefined) =>
		`${what} is ${code === undefined ? 'used' : `refused with ${code}`}`,
	exec(
		t,
		_what: string,
		code: string | undefined,
		stamps: readonly FileStamp[],
		have: readonly number[] = [],
		ours: readonly number[] = [],
	) {
		const pieces = new Bitfield(4);
		for (const piece of have) pieces.set(piece);
		const refusal = foreignData(metainfo, stored, stamps, pieces, (index) => ours.includes(index));
		t.is(refusal?.code, code);
		if (refusal !== undefined) t.regex(refusal.message, /^\/d\/(a|b|none) .*written over/);
	},
});

test(judged, 'nothing', undefined, [absent, absent, absent]);
test(judged, 'an empty file', undefined, [sized(0), absent, sized(0)]);
test(judged, 'a file of which one piece is right', undefined, [sized(2 * PIECE)], [1]);
test(judged, 'a shorter file with a right piece', undefined, [sized(PIECE)], [0]);
test(judged, 'a file with nothing right', 'STORAGE_FILE_FOREIGN', [sized(2 * PIECE)]);
test(judged, 'a short file with nothing right', 'STORAGE_FILE_FOREIGN', [absent, sized(1)], [0]);
test(judged, 'a file with nothing right that we wrote', undefined, [sized(9)], [], [0]);
test(
	judged,
	'a longer file that is partly right',
	'STORAGE_FILE_LONGER',
	[sized(2 * PIECE + 1)],
	[0],
);
test(judged, 'a longer file that is all right', undefined, [sized(2 * PIECE + 1)], [0, 1]);
test(judged, 'data in a file that should be empty', 'STORAGE_FILE_LONGER', [
	absent,
	absent,
	sized(1),
]);
test(judged, 'a folder or a pipe', 'STORAGE_FILE_FOREIGN', [{ ...sized(0), isForeign: true }]);
test(
	judged,
	'a foreign file beside a right one',
	'STORAGE_FILE_FOREIGN',
	[sized(2 * PIECE), sized(5)],
	[0, 1],
);
