/** Torrents of other projects' test suites: each loads with its infohash or is refused by field. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Metainfo } from '../../src/metainfo/metainfo.js';
import { MetainfoError, type MetainfoErrorCode } from '../../src/metainfo/metainfo-error.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { sha1 } from '../metainfo/sample-torrents.js';
import { cell, corpusFolder, readTable } from './corpus-folder.js';

/** Where projects disagree or a verdict is not ours to give; docs/protocol.md has reasons. */
const CHOICES: ReadonlyMap<string, 'loads' | MetainfoErrorCode> = new Map([
	// Two files of the same path: libtorrent renames the second, Transmission refuses. We rename.
	['transmission__tests__libtransmission__assets__dup-files.torrent', 'loads'],
	// Transmission's own resume file of a magnet link: there is no info dictionary to load.
	[
		'transmission__tests__libtransmission__assets__gimp-2.10.32-1-arm64.dmg.torrent',
		'METAINFO_FIELD_MISSING',
	],
]);

/** What other projects say the names on disk are. */
const NAMES: ReadonlyMap<string, readonly string[]> = new Map([
	['absolute_filename', ['temp', 'abcde', 'foobar']],
	['backslash_path', ['temp', '_/_/bar']],
	['duplicate_files', ['temp', 'foo/bar.txt', 'foo/bar.1.txt']],
	['slash_path2', ['temp', 'abc....def/_/bar']],
	['slash_path3', ['temp....abc', 'temp....abc']],
	['invalid_name2', ['b61560c2918f463768cd122b6d2fdd47b77bdb35', 'foo/bar.txt', 'foo/var.txt']],
	['invalid_name3', ['foobar ', 'foo/bar.txt', 'foo/var.txt']],
	['symlink_zero_size', ['temp', 'a/b/bar']],
	['bad-utf8-path', ['bad-utf8-path', 'πfile.\u{1f600}\u{1f600}\u{1f600}', 'file_.foo']],
]);

const folder = corpusFolder();

function parse(file: string): Metainfo | MetainfoError {
	try {
		return parseMetainfo(readFileSync(join(folder ?? '', 'torrents', file)), sha1);
	} catch (error) {
		if (error instanceof MetainfoError) return error;
		throw error;
	}
}

const loads = test.macro((t, file: string, infohash: string) => {
	const outcome = parse(file);
	if (outcome instanceof MetainfoError) return t.fail(outcome.message);
	t.is(String(outcome.infohash), infohash);
	for (const element of outcome.files.flatMap((entry) => entry.path)) {
		t.false(['', '.', '..'].includes(element));
		t.notRegex(element, /[/\\\p{Cc}]/u);
	}
});

const refuses = test.macro((t, file: string, code?: MetainfoErrorCode) => {
	const outcome = parse(file);
	if (!(outcome instanceof MetainfoError)) return t.fail(`loaded as ${outcome.name}`);
	t.log(outcome.message);
	t.true(outcome.message.startsWith(`${outcome.field}: `));
	t.notRegex(outcome.message, /[^ -~]/);
	if (code !== undefined) t.is(outcome.code, code);
});

const survives = test.macro((t, file: string) => {
	const outcome = parse(file);
	t.true(outcome instanceof MetainfoError || outcome.totalBytes > 0);
});

if (folder === undefined) {
	test.skip('torrents of other projects: corpus not found, skipped', (t) => t.pass());
} else {
	for (const row of readTable(folder, 'INDEX.tsv')) {
		const file = cell(row, 'file');
		const expected = cell(row, 'expected');
		const infohash = cell(row, 'stated_v1') || cell(row, 'computed_v1_sha1_of_raw_info');
		const choice = CHOICES.get(file);
		if (choice === 'loads') test(`${file} loads (our choice)`, loads, file, infohash);
		else if (choice !== undefined) test(`${file} is refused (our choice)`, refuses, file, choice);
		else if (expected === 'invalid') test(`${file} is refused`, refuses, file);
		else if (expected !== 'valid') test(`${file} does no harm`, survives, file);
		else if (infohash !== '') test(`${file} loads`, loads, file, infohash);
		else test(`${file} is refused as version 2 only`, refuses, file, 'METAINFO_V2_ONLY');
	}

	test('names on disk are those other projects state', (t) => {
		const files = readTable(folder, 'INDEX.tsv').map((row) => cell(row, 'file'));
		for (const [what, expected] of NAMES) {
			const file = files.find((name) => name.endsWith(`__${what}.torrent`));
			if (file === undefined) {
				t.log(`${what}.torrent is not in this corpus`);
				continue;
			}
			const outcome = parse(file);
			if (outcome instanceof MetainfoError) return t.fail(outcome.message);
			t.deepEqual([outcome.name, ...outcome.files.map((entry) => entry.path.join('/'))], expected);
		}
	});

	test('every torrent of the collection takes less than a second', (t) => {
		for (const row of readTable(folder, 'INDEX.tsv')) {
			const startedAt = performance.now();
			parse(cell(row, 'file'));
			t.true(performance.now() - startedAt < 1000, cell(row, 'file'));
		}
	});
}
