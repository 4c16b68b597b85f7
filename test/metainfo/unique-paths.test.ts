import test from 'ava';
import fc from 'fast-check';
import { uniquePaths } from '../../src/metainfo/unique-paths.js';

const keeps = test.macro((t, paths: string[], expected: string[]) => {
	t.deepEqual(
		uniquePaths(paths.map((path) => path.split('/'))).map((path) => path.join('/')),
		expected,
	);
});

test('different paths are kept', keeps, ['a', 'b/a', 'b/b'], ['a', 'b/a', 'b/b']);
test(
	'the second of the same path is numbered',
	keeps,
	['a/b.txt', 'a/b.txt'],
	['a/b.txt', 'a/b.1.txt'],
);
test('each further one has its own number', keeps, ['a', 'a', 'a'], ['a', 'a.1', 'a.2']);
test(
	'letter case does not make a difference',
	keeps,
	['READ.me', 'read.ME'],
	['READ.me', 'read.1.ME'],
);
test(
	'case of other scripts counts as well',
	keeps,
	['Ä', 'ä', 'STRASSE', 'straße'],
	['Ä', 'ä.1', 'STRASSE', 'straße.1'],
);
test(
	'Unicode normalisation does not make a difference',
	keeps,
	['\u00e9', 'e\u0301'],
	['\u00e9', 'e\u0301.1'],
);
test(
	'folders that differ in case may be one',
	keeps,
	['A/x', 'a/x', 'a/y'],
	['A/x', 'a/x.1', 'a/y'],
);
test('a file where a folder is needed makes way', keeps, ['a', 'a/b'], ['a.1', 'a/b']);
test('it makes way also when the folder comes first', keeps, ['A/b', 'a'], ['A/b', 'a.1']);
test(
	'a number never takes the name of another file',
	keeps,
	['a', 'a', 'a.1'],
	['a', 'a.2', 'a.1'],
);
test(
	'a number never takes the name of a folder',
	keeps,
	['a', 'a', 'a.1/b'],
	['a', 'a.2', 'a.1/b'],
);
test(
	'the same name in other folders is no collision',
	keeps,
	['x/a', 'y/a', 'a'],
	['x/a', 'y/a', 'a'],
);

function fold(path: readonly string[]): string {
	return path.join('/').normalize('NFC').toLowerCase();
}

test('no two files and no file and folder meet, whatever the paths', (t) => {
	const element = fc.constantFrom('a', 'A', 'a.1', 'a.2', 'b', '\u00e9', 'e\u0301');
	fc.assert(
		fc.property(
			fc.array(fc.array(element, { minLength: 1, maxLength: 3 }), { maxLength: 12 }),
			(paths) => {
				const unique = uniquePaths(paths);
				const files = unique.map(fold);
				t.is(new Set(files).size, files.length);
				const folders = unique.flatMap((path) =>
					path.slice(1).map((_, i) => fold(path.slice(0, i + 1))),
				);
				t.false(folders.some((folder) => files.includes(folder)));
				t.deepEqual(uniquePaths(unique), unique);
				t.deepEqual(
					unique.map((path) => path.slice(0, -1)),
					paths.map((path) => path.slice(0, -1)),
				);
			},
		),
		{ numRuns: 500 },
	);
});
