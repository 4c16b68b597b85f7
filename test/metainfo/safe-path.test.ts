import test from 'ava';
import fc from 'fast-check';
import { decodeName } from '../../src/metainfo/decode-name.js';
import {
	cleanElement,
	isNoName,
	MAX_ELEMENT_BYTES,
	numberElement,
	utf8Length,
} from '../../src/metainfo/safe-path.js';

const cleans = test.macro((t, text: string, posix: string, windows?: string) => {
	t.is(cleanElement(text, 'posix'), posix);
	t.is(cleanElement(text, 'windows'), windows ?? posix);
});

test('an ordinary name is kept', cleans, 'Ubuntu 24.04 (amd64).iso', 'Ubuntu 24.04 (amd64).iso');
test(
	'names of any script are kept',
	cleans,
	'日本語 – ελληνικά 🎬.mkv',
	'日本語 – ελληνικά 🎬.mkv',
);
test('a decomposed name is kept as it is', cleans, 'e\u0301', 'e\u0301');
test('the parent folder becomes a placeholder', cleans, '..', '_');
test('the folder itself becomes a placeholder', cleans, '.', '_');
test('an empty name becomes a placeholder', cleans, '', '_');
test('separators of both kinds are dropped', cleans, '/etc\\passwd/', 'etcpasswd');
test('a way up hidden in separators is neutral', cleans, '/../', '_');
test('a way up hidden by invisible characters is neutral', cleans, '.\u200b.', '_');
test('dots that lead nowhere are kept', cleans, '...a', '...a');
test('a drive letter is harmless', cleans, 'c:', 'c:', 'c_');
test('control characters are replaced', cleans, 'a\0b\nc\x1b[31md\x7fe\x9bf', 'a_b_c_[31md_e_f');
test('line separators are replaced', cleans, 'a\u2028b\u2029c', 'a_b_c');
test('text direction cannot be turned', cleans, 'exe\u202egpj.scr', 'exegpj.scr');
test('zero-width characters are dropped', cleans, 'a\u200bb\u2060c\ufeffd', 'abcd');
test('halves of surrogate pairs are replaced', cleans, 'a\ud800b\udc00c', 'a_b_c');
test(
	'what Windows cannot store is kept elsewhere',
	cleans,
	'a<b>:"c|d?*',
	'a<b>:"c|d?*',
	'a_b___c_d__',
);
test(
	'dots and spaces at the end are kept but on Windows',
	cleans,
	'Vol. 1. ',
	'Vol. 1. ',
	'Vol. 1',
);
test('a name of spaces is empty on Windows', cleans, '   ', '   ', '_');
test('device names are kept but on Windows', cleans, 'CON', 'CON', '_CON');
test('a device name with an extension is a device', cleans, 'nul.txt', 'nul.txt', '_nul.txt');
test('a name that starts like a device is none', cleans, 'console.log', 'console.log');
test('a device name hidden by an invisible character is found', cleans, 'A\u200bUX', 'AUX', '_AUX');
test('shell characters and dashes are names like any other', cleans, '-rf $(id);&', '-rf $(id);&');

test('a long name is cut and keeps its extension', (t) => {
	t.is(cleanElement(`${'x'.repeat(300)}.torrent`, 'posix'), `${'x'.repeat(240)}.torrent`);
});

test('a long name is cut between characters', (t) => {
	const cut = cleanElement('é'.repeat(200), 'posix');
	t.is(cut, 'é'.repeat(120));
});

test('an ending too long for an extension is cut with the rest', (t) => {
	t.is(cleanElement(`a.${'x'.repeat(300)}`, 'posix').length, 240);
});

test('a name is told from no name', (t) => {
	for (const text of ['', '.', '..', '/', '\u200b', '/./']) t.true(isNoName(text, 'posix'), text);
	for (const text of ['a', '...', '_', '\0']) t.false(isNoName(text, 'posix'), text);
	t.true(isNoName('...', 'windows'));
});

test('a number goes before the extension', (t) => {
	t.is(numberElement('bar.txt', 1), 'bar.1.txt');
	t.is(numberElement('bar', 12), 'bar.12');
	t.is(numberElement('.hidden', 2), '.hidden.2');
});

test('a numbered name is never too long', (t) => {
	const name = cleanElement(`${'€'.repeat(100)}.mkv`, 'posix');
	t.true(utf8Length(numberElement(name, 123_456)) <= MAX_ELEMENT_BYTES);
	t.regex(numberElement(name, 123_456), /€\.123456\.mkv$/);
});

test('whatever goes in, one safe element comes out', (t) => {
	const unit = fc.oneof(
		fc.constantFrom('.', '/', '\\', ' ', ':', '\0', '\u202e', '\u200b', '\ud83d', 'CON', 'é'),
		fc.string({ unit: 'binary', maxLength: 3 }),
	);
	fc.assert(
		fc.property(
			fc.array(unit, { maxLength: 300 }).map((parts) => parts.join('')),
			fc.constantFrom('posix' as const, 'windows' as const),
			(text, rules) => {
				const name = cleanElement(text, rules);
				t.false(['', '.', '..'].includes(name));
				t.notRegex(name, /[/\\\p{Cc}\p{Cs}\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u);
				t.true(utf8Length(name) <= 255);
				t.is(cleanElement(name, rules), name);
				if (rules === 'windows') t.notRegex(name, /[<>:"|?*]|[. ]$|^(con|nul)(\.|$)/i);
			},
		),
		{ numRuns: 1000 },
	);
});

test('bytes that are UTF-8 are decoded', (t) => {
	t.is(decodeName(Buffer.from('\ufeffπ🎬\ufffd')), '\ufeffπ🎬\ufffd');
});

const replaces = test.macro((t, hex: string, expected: string) => {
	t.is(decodeName(Buffer.from(hex, 'hex')), expected);
});
test('a lone continuation byte is replaced', replaces, '618062', 'a_b');
test('a sequence cut by the end is replaced once', replaces, '61e29f', 'a_');
test('a sequence cut by a letter is replaced and the letter kept', replaces, 'e29f61', '_a');
test('a slash in too many bytes is replaced', replaces, 'c0af', '_');
test('half of a surrogate pair is replaced', replaces, 'eda080', '_');
test('each wrong byte of another encoding is replaced', replaces, 'c4e3bac3', '___');
test('valid text around wrong bytes is kept', replaces, 'cf80ff2ecf80', 'π_.π');
