/** Bencode inputs of other projects' test suites, with the verdicts those projects state. */
import test from 'ava';
import { BencodeError, type BencodeErrorCode } from '../../src/bencode/bencode-error.js';
import { decodeBencode } from '../../src/bencode/decode.js';
import { DEFAULT_BENCODE_LIMITS } from '../../src/bencode/scan.js';
import { cell, corpusFolder, readTable } from './corpus-folder.js';

/**
 * Rows where projects disagree, or whose verdict depends on that project's own limits, with ours.
 * docs/protocol.md has the reasons.
 */
const CHOICES: ReadonlyMap<string, 'ok' | BencodeErrorCode> = new Map<
	string,
	'ok' | BencodeErrorCode
>([
	// `06:foobar`: libtorrent warns; anacrolix and BitTornado refuse (`00:`, `02:xy`). We refuse.
	['30363a666f6f626172', 'BENCODE_BAD_LENGTH'],
	// 18446744073709551615: libtorrent parses it and gives 0. Beyond 2^53 we refuse.
	['69313834343637343430373337303935353136313565', 'BENCODE_INTEGER_RANGE'],
	// -9223372036854775808 fits anacrolix's 64 bits, not a safe integer.
	['692d3932323333373230333638353437373538303865', 'BENCODE_INTEGER_RANGE'],
	// `leee`: Transmission stops after `le`; everyone strict refuses what follows.
	['6c656565', 'BENCODE_TRAILING_BYTES'],
	// `i+3432432.3432E-133e`: only aria2 takes it, as 0.
	['692b3334333234332e333432452d3133333365', 'BENCODE_BAD_INTEGER'],
	// `i12.3e` and `i-12.3e`: only the npm package takes them, as 12.
	['6931322e3365', 'BENCODE_BAD_INTEGER'],
	['692d31322e3365', 'BENCODE_BAD_INTEGER'],
	// `d1:b0:1:a0:e`: mainline refuses unsorted keys; every other project loads such torrents.
	['64313a62303a313a61303a65', 'ok'],
]);

/** Rows told apart by what they test, because their bytes are long. */
const CHOICES_BY_NOTE: readonly [pattern: RegExp, verdict: 'ok' | BencodeErrorCode][] = [
	// Integers of 100 and of 39 digits: kept by Go's big integers and by the npm package's encoder.
	[/^big integer kept as big\.Int/, 'BENCODE_INTEGER_RANGE'],
	[/^2\^128$/, 'BENCODE_INTEGER_RANGE'],
	// aria2 allows a depth of 50, we allow 100.
	[/^depth limit 50$/, 'ok'],
];

/** A row made for a limit of 1,000 tokens; it must parse with more and fail with that. */
const TOKEN_LIMIT_ROW = /^limit_exceeded with token limit 1000/;

const folder = corpusFolder();

function verdict(input: Uint8Array, maxTokens?: number): 'ok' | BencodeErrorCode {
	try {
		decodeBencode(input, {
			...DEFAULT_BENCODE_LIMITS,
			maxTokens: maxTokens ?? DEFAULT_BENCODE_LIMITS.maxTokens,
		});
		return 'ok';
	} catch (error) {
		if (error instanceof BencodeError) return error.code;
		throw error;
	}
}

if (folder === undefined) {
	test.skip('bencode inputs of other projects: corpus not found, skipped', (t) => t.pass());
} else {
	const rows = readTable(folder, 'bencode.tsv');

	test('every input has the stated verdict, or the one we chose', (t) => {
		for (const row of rows) {
			const hex = cell(row, 'input_hex');
			const note = cell(row, 'note');
			const source = `${cell(row, 'source')}: ${hex.slice(0, 80)} ${note}`;
			const input = Uint8Array.from(Buffer.from(hex, 'hex'));
			const chosen =
				CHOICES.get(hex) ?? CHOICES_BY_NOTE.find(([pattern]) => pattern.test(note))?.[1];
			if (chosen !== undefined) t.is(verdict(input), chosen, source);
			else if (TOKEN_LIMIT_ROW.test(note)) t.is(verdict(input, 1000), 'BENCODE_TOO_MANY_TOKENS');
			else t.is(verdict(input) === 'ok' ? 'ok' : 'error', cell(row, 'expected'), source);
		}
		t.log(`${rows.length} inputs`);
	});

	test('no input takes a second', (t) => {
		for (const row of rows) {
			const input = Uint8Array.from(Buffer.from(cell(row, 'input_hex'), 'hex'));
			const startedAt = performance.now();
			verdict(input);
			t.true(performance.now() - startedAt < 1000);
		}
	});

	test('no input changes the prototype of objects', (t) => {
		const before = Reflect.ownKeys(Object.prototype);
		for (const row of rows) verdict(Uint8Array.from(Buffer.from(cell(row, 'input_hex'), 'hex')));
		t.deepEqual(Reflect.ownKeys(Object.prototype), before);
	});
}
