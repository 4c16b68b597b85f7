import path from 'node:path';
import test from 'ava';
import { planAnnounce, readSeedUrls } from '../../src/tools/announce-plan.js';
import { compileExcludes } from '../../src/tools/glob.js';
import { automaticPieceLength, readPieceLength } from '../../src/tools/piece-length.js';
import { ToolsError } from '../../src/tools/tools-error.js';
import { refuseOutput } from '../../src/tools/write-torrent.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { refusesTool, writeFiles } from './make-fixture.js';

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

test('the automatic piece length keeps between 1,025 and 2,048 pieces from 32 MiB to 32 GiB', (t) => {
	t.is(automaticPieceLength(1), 16 * KIB);
	t.is(automaticPieceLength(2 * GIB), MIB);
	t.is(automaticPieceLength(2 * GIB + 1), 2 * MIB);
	t.is(automaticPieceLength(10_000 * GIB), 16 * MIB);
	for (let total = 32 * MIB + 1; total <= 32 * GIB; total = Math.floor(total * 1.37)) {
		const pieces = Math.ceil(total / automaticPieceLength(total));
		t.true(pieces > 1024 && pieces <= 2048, `${total}: ${pieces}`);
	}
});

test('piece lengths are read with and without units, and only powers of two', (t) => {
	t.is(readPieceLength('auto'), undefined);
	t.is(readPieceLength('262144'), 256 * KIB);
	for (const text of ['256Ki', '256KiB', '256k', '256KB']) t.is(readPieceLength(text), 256 * KIB);
	t.is(readPieceLength('1M'), MIB);
	for (const text of ['', '0', '300Ki', '8Ki', '128Mi', '-1', '1e6', '20'])
		t.throws(() => readPieceLength(text), { instanceOf: ToolsError }, text);
});

test('the main tracker comes first, tiers are trimmed and every tracker is there once', (t) => {
	const plan = planAnnounce(
		'http://main.example/announce',
		' http://b.example/a , http://B.example:80/a | http://c.example/a,http://main.example/announce ||',
	);
	t.is(plan.announce, 'http://main.example/announce');
	t.deepEqual(plan.tiers, [
		['http://main.example/announce', 'http://c.example/a'],
		['http://b.example/a'],
	]);
	t.is(plan.notes.length, 1);
	t.deepEqual(planAnnounce(undefined, 'udp://x.example:1').announce, 'udp://x.example:1');
	t.deepEqual(planAnnounce(undefined, undefined), { announce: undefined, tiers: [], notes: [] });
});

const badTracker = test.macro({
	exec(t, url: string, expected: RegExp) {
		const error = t.throws(() => planAnnounce(url, undefined), { instanceOf: ToolsError });
		t.regex(error.message, expected);
	},
	title: (_given, url) => `${JSON.stringify(url)} is no tracker`,
});
test(badTracker, 'tracker.example', /is no URL/);
test(badTracker, 'wss://tracker.example/', /another scheme/);
test(badTracker, 'udp://tracker.example', /has no port/);
test(badTracker, 'http://tracker.example:0/', /port 0/);
test(badTracker, 'http://tracker.example:70000/', /port 70000/);
test(badTracker, 'http://tracker .example/', /blank/);
test(badTracker, '', /is no URL/);

test('seeds are read from several options and bars, each once', (t) => {
	t.deepEqual(readSeedUrls(['http://a.example/|http://b.example/', 'http://a.example']), [
		'http://a.example/',
		'http://b.example/',
	]);
	t.throws(() => readSeedUrls(['udp://a.example:1']), { instanceOf: ToolsError });
});

const glob = test.macro({
	exec(t, pattern: string, matching: readonly string[], others: readonly string[]) {
		const isExcluded = compileExcludes([pattern]);
		for (const name of matching) t.true(isExcluded(name), name);
		for (const name of others) t.false(isExcluded(name), name);
	},
	title: (_given, pattern) => `the pattern ${String(pattern)}`,
});
test(glob, '*.tmp', ['a.tmp', 'x/y.tmp', '.tmp'], ['a.tmp.txt', 'tmp']);
test(glob, 'build/', ['build', 'x/build'], ['builds']);
test(glob, 'a/*.c', ['a/x.c'], ['a/b/x.c', 'b/a/x.c']);
test(glob, '**/x.c', ['x.c', 'a/b/x.c'], ['a/yx.c']);
test(glob, 'a/**', ['a/b', 'a/b/c'], ['a', 'b/a']);
test(glob, '[a-c]?.[!x]', ['aé.y', 'd/b1.z'], ['d1.y', 'a1.x', 'a.y']);
test(glob, 'plain(1)+{}.txt', ['plain(1)+{}.txt'], ['plain1.txt']);
test(glob, '[', ['['], ['a']);

test('an output inside its own input or over another file is refused before hashing', async (t) => {
	const folder = await tempFolder(t);
	await writeFiles(folder, { 'd/a': 1, 'there.torrent': 1 });
	const inputPath = path.join(folder, 'd');
	const rules = { inputPath, isForced: false };
	const inside = path.join(inputPath, 'x.torrent');
	await refusesTool(t, refuseOutput({ ...rules, outputPath: inside }), 'TOOLS_OUTPUT_INSIDE');
	const there = path.join(folder, 'there.torrent');
	await refusesTool(t, refuseOutput({ ...rules, outputPath: there }), 'TOOLS_OUTPUT_EXISTS');
	await t.notThrowsAsync(refuseOutput({ ...rules, outputPath: there, isForced: true }));
	const nowhere = path.join(folder, 'no', 'x.torrent');
	await refusesTool(t, refuseOutput({ ...rules, outputPath: nowhere }), 'TOOLS_NOT_FOUND');
	const self = { inputPath: there, outputPath: there, isForced: true };
	await refusesTool(t, refuseOutput(self), 'TOOLS_OUTPUT_INSIDE');
});
