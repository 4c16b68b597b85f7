import test from 'ava';
import { encodeBencode } from '../../src/bencode/encode.js';
import { ToolsError } from '../../src/tools/tools-error.js';
import { parseDocument } from '../../src/tools/torrent-document.js';
import { checkTorrentName, nameOfTorrentFile } from '../../src/tools/torrent-name.js';
import { templatePlan } from '../../src/tools/tracker-edits.js';
import { torrentBytes } from './edit-fixture.js';

function planOf(announce: string | undefined, tiers?: readonly (readonly string[])[]) {
	const fields = {
		...(announce === undefined ? {} : { announce: encodeBencode(announce) }),
		...(tiers === undefined ? {} : { 'announce-list': encodeBencode(tiers) }),
	};
	return templatePlan(parseDocument(torrentBytes(fields)), 'source.torrent');
}

test('a template gives its tiers trimmed, each once, with its main tracker first', (t) => {
	const plan = planOf('http://a.example/', [
		[' http://b.example/ ', 'http://B.example:80'],
		['http://c.example/', 'http://a.example/'],
	]);
	t.is(plan.announce, 'http://a.example/');
	t.deepEqual(plan.tiers, [['http://a.example/', 'http://c.example/'], ['http://b.example/']]);
	t.is(plan.notes.length, 1);
});

test('trackers of a template that nobody can use are left out with a note', (t) => {
	const plan = planOf('udp://a.example/', [['wss://w.example/'], ['http://b.example/']]);
	t.deepEqual(plan.tiers, [['http://b.example/']]);
	t.deepEqual(
		plan.notes.map((note) => note.includes('left out')),
		[true, true],
	);
});

test('a template without trackers is refused', (t) => {
	for (const plan of [() => planOf(undefined), () => planOf('dht://x', [[], ['']])])
		t.is(t.throws(plan, { instanceOf: ToolsError }).code, 'TOOLS_NO_TRACKER');
});

test('names that would lead elsewhere, hide something or cannot be stored are refused', (t) => {
	const unsafe = [
		'',
		'.',
		'..',
		'../x',
		'a/b',
		'a\\b',
		'a\nb',
		'a\u202eb',
		'\u200b',
		'x'.repeat(300),
	];
	for (const name of unsafe)
		t.is(
			t.throws(() => checkTorrentName(name), { instanceOf: ToolsError }, JSON.stringify(name)).code,
			'TOOLS_BAD_NAME',
		);
	t.deepEqual(checkTorrentName('Käse 名前.mkv'), []);
	t.is(checkTorrentName('what?').length, 1);
});

test('the name of a .torrent file is its base name without the ending', (t) => {
	t.is(nameOfTorrentFile('dir/x.torrent'), 'x');
	t.is(nameOfTorrentFile('/a/b.TORRENT'), 'b');
	t.is(nameOfTorrentFile('.torrent'), '');
});
