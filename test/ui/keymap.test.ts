/** The table of keys is whole, without contradictions, and the documents agree with it. */
import { readFile } from 'node:fs/promises';
import test from 'ava';
import {
	ACTIONS,
	actionFor,
	hintsFor,
	KEY_GROUPS,
	KEYMAP,
	keysDocument,
} from '../../src/ui/keymap.js';

test('every action has a key', (t) => {
	const bound = new Set(KEYMAP.map(({ action }) => action));
	t.deepEqual(
		ACTIONS.filter((action) => !bound.has(action)),
		[],
	);
});

test('no key has two meanings in one context', (t) => {
	const seen = new Set<string>();
	for (const { context, keys } of KEYMAP) {
		for (const key of keys) {
			t.false(seen.has(`${context} ${key}`), `${context} ${key}`);
			seen.add(`${context} ${key}`);
		}
	}
});

test('h and l change priorities among files and move between panes elsewhere', (t) => {
	t.is(actionFor('files', 'h'), 'file-lower');
	t.is(actionFor('files', 'Left'), 'back');
	t.is(actionFor('details', 'h'), 'back');
	t.is(actionFor('list', 'l'), 'open');
});

test('^C quits from everywhere', (t) => {
	for (const context of ['list', 'details', 'files', 'filter', 'remove-dialog', 'pages'] as const)
		t.is(actionFor(context, 'ctrl+c'), 'interrupt');
});

test('nothing is paused or removed by a key while a question is open', (t) => {
	for (const key of ['p', 'd', 'v', 'F', 'K']) t.is(actionFor('force-dialog', key), undefined);
});

test('the footer starts with help and quit', (t) => {
	t.deepEqual(hintsFor('list').slice(0, 3), [
		{ key: '?', hint: 'help' },
		{ key: 'q', hint: 'quit' },
		{ key: 'Enter', hint: 'details' },
	]);
});

test('help shows every binding outside of help itself', (t) => {
	const shown = new Set(KEY_GROUPS.flatMap(({ bindings }) => bindings));
	t.deepEqual(
		KEYMAP.filter((binding) => binding.context !== 'pages' && !shown.has(binding)),
		[],
	);
});

test('docs/keys.md is printed from the table', async (t) => {
	t.is(await readFile('docs/keys.md', 'utf8'), keysDocument());
});
