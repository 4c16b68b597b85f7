/** File names of another project's test suite, with the names it states for POSIX and Windows. */
import test from 'ava';
import { decodeName } from '../../src/metainfo/decode-name.js';
import { cleanElement, type NameRules } from '../../src/metainfo/safe-path.js';
import { cell, corpusFolder, readTable } from './corpus-folder.js';

const ELEMENTS = 'elements_hex(comma separated path elements, bytes)';

/**
 * libtorrent has two modes: elements of which nothing is left are dropped, or become `_`. Its
 * torrents load in the second mode, and so do ours: dropping would move files to other folders and
 * make them collide. These rows ask for the first mode; the result here is ours.
 * docs/protocol.md has the reasons.
 */
const CHOICES: ReadonlyMap<string, string> = new Map([
	['posix 61,2e2e,63', 'a/_/c'],
	['windows 61,2e2e,63', 'a/_/c'],
	['posix 61,2e2e', 'a/_'],
	['windows 61,2e2e', 'a/_'],
	['posix 2f2e2e,2e,63', '_/_/c'],
	['windows 2f2e2e,2e,63', '_/_/c'],
	['posix 633a,2e,63', 'c:/_/c'],
	['windows 633a,2e,63', 'c_/_/c'],
	['posix 5c63,2e,63', 'c/_/c'],
	['windows 5c63,2e,63', 'c/_/c'],
	['windows 616263,202020', 'abc/_'],
	['posix 2f2f5c', '_'],
	['windows 2f2f5c', '_'],
]);

const folder = corpusFolder();

/** `-` in the table is an empty element. */
function bytes(hex: string): Uint8Array {
	return Buffer.from(hex === '-' ? '' : hex, 'hex');
}

const statedNames = test.macro((t, rules: NameRules) => {
	const rows = readTable(folder ?? '', 'names.tsv');
	for (const row of rows) {
		const elements = cell(row, ELEMENTS);
		const isDropping = cell(row, 'force_element') === '0';
		const chosen = isDropping ? CHOICES.get(`${rules} ${elements}`) : undefined;
		const stated = Buffer.from(bytes(cell(row, `expected_${rules}_hex`))).toString('utf8');
		const cleaned = elements
			.split(',')
			.map((hex) => cleanElement(decodeName(bytes(hex)), rules))
			.join('/');
		t.is(cleaned, chosen ?? stated, `${cell(row, 'source')}: ${elements.slice(0, 80)}`);
	}
	t.log(`${rows.length} names`);
});

if (folder === undefined) {
	test.skip('file names of other projects: corpus not found, skipped', (t) => t.pass());
} else {
	test('every name is the stated one on POSIX systems', statedNames, 'posix');
	test('every name is the stated one on Windows', statedNames, 'windows');
}
