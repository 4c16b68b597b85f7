/** One key press in the wizard: the next state, and what has to happen outside. Pure. */
import { cleanText } from '../../primitives/clean-text.js';
import { pastedText } from '../key-reader.js';
import {
	type FileBrowser,
	moveInBrowser,
	selectedEntry,
	withBrowserFilter,
} from './file-browser.js';
import { editText, insertText, moveLine, type TextAction } from './text-entry.js';
import type { Reduced, WizardEffect } from './wizard-effect.js';
import { isTextAction, type WizardAction, wizardActionFor } from './wizard-keymap.js';
import { pressField, turnPage } from './wizard-pages.js';
import {
	isTextField,
	keyContext,
	moveFocus,
	PIECE_LENGTHS,
	say,
	setText,
	type WizardState,
} from './wizard-state.js';

/** Rows that Page Up and Page Down take. */
const PAGE_ROWS = 10;

/** Actions that mean the same on every page. */
const FORM_ACTIONS: Readonly<
	Partial<
		Record<WizardAction, (state: WizardState, confirming: WizardState['confirming']) => Reduced>
	>
> = {
	'next-field': (state) => ({ state: moveFocus(state, 1) }),
	'previous-field': (state) => ({ state: moveFocus(state, -1) }),
	'new-line': (state) => ({ state: breakLine(state) }),
	'line-down': (state) => ({ state: walkLines(state, 1) }),
	'line-up': (state) => ({ state: walkLines(state, -1) }),
	'change-next': (state) => ({ state: change(state, 1) }),
	'change-previous': (state) => ({ state: change(state, -1) }),
	'row-down': (state) => ({ state: moveItem(state, 1) }),
	'row-up': (state) => ({ state: moveItem(state, -1) }),
	'rows-down': (state) => ({ state: moveItem(state, PAGE_ROWS) }),
	'rows-up': (state) => ({ state: moveItem(state, -PAGE_ROWS) }),
	'take-out': takeOut,
	press: pressField,
	'next-page': (state, confirming) => turnPage(state, 1, confirming),
	'previous-page': (state, confirming) => turnPage(state, -1, confirming),
	back: (state, confirming) => turnPage(state, -1, confirming),
};

export function reduceWizardKey(before: WizardState, key: string): Reduced {
	const action = wizardActionFor(keyContext(before), key);
	const { confirming } = before;
	const state: WizardState = { ...before, message: undefined, confirming: undefined };
	if (action === undefined) return { state: typeInto(state, key) };
	if (isTextAction(action)) return { state: editFocused(state, action) };
	if (state.picker !== undefined) return inPicker(state, state.picker, action);
	if (state.focus === 'browser') {
		const reduced = inBrowser(state, state.browser, action);
		if (reduced !== undefined) return reduced;
	}
	return inForm(state, action, confirming);
}

/** Letters search in a browser and go into a text elsewhere. */
function typeInto(state: WizardState, key: string): WizardState {
	const pasted = pastedText(key);
	const typed = key === 'Space' ? ' ' : key;
	const isCharacter = /^.$/su.test(typed) && cleanText(typed) === typed;
	const text = pasted ?? (isCharacter ? typed : undefined);
	if (text === undefined) return state;
	if (state.picker !== undefined)
		return { ...state, picker: withBrowserFilter(state.picker, state.picker.filter + text) };
	if (state.focus === 'browser')
		return { ...state, browser: withBrowserFilter(state.browser, state.browser.filter + text) };
	if (!isTextField(state.focus)) return state;
	const entry = insertText(state.texts[state.focus], text, state.focus === 'tiers');
	return setText(state, state.focus, entry);
}

function editFocused(state: WizardState, action: TextAction): WizardState {
	if (!isTextField(state.focus)) return state;
	return setText(state, state.focus, editText(state.texts[state.focus], action));
}

function inBrowser(
	state: WizardState,
	browser: FileBrowser,
	action: WizardAction,
): Reduced | undefined {
	const entry = selectedEntry(browser);
	const moved = moveRows(browser, action);
	if (moved !== undefined) return { state: { ...state, browser: moved } };
	if (action === 'back' && browser.filter !== '')
		return { state: { ...state, browser: withBrowserFilter(browser, '') } };
	if (action === 'open' && entry?.isFolder === true) return openFolder(state, entry.path);
	if (action === 'choose' || action === 'open')
		return { state: entry === undefined ? state : choose(state, entry.path) };
	const isUp = action === 'parent' || (action === 'erase-filter' && browser.filter === '');
	const parent = browser.listing?.parent;
	if (isUp) return parent === undefined ? { state } : openFolder(state, parent);
	if (action !== 'erase-filter') return undefined;
	return { state: { ...state, browser: withBrowserFilter(browser, shorter(browser.filter)) } };
}

function openFolder(state: WizardState, folder: string): Reduced {
	const browser = { ...state.browser, isLoading: true };
	return { state: { ...state, browser }, effect: { type: 'list', folder, isPicker: false } };
}

function choose(state: WizardState, path: string): WizardState {
	const isChosen = state.chosen.includes(path);
	const chosen = isChosen ? state.chosen.filter((each) => each !== path) : [...state.chosen, path];
	// The next row is at hand, as when marking in a list.
	return { ...state, chosen, browser: moveInBrowser(state.browser, 1) };
}

/** The browser that copies trackers: one file, then back to the page. */
function inPicker(state: WizardState, picker: FileBrowser, action: WizardAction): Reduced {
	const entry = selectedEntry(picker);
	const moved = moveRows(picker, action);
	if (moved !== undefined) return { state: { ...state, picker: moved } };
	const list = (folder: string): Reduced => ({
		state: { ...state, picker: { ...picker, isLoading: true } },
		effect: { type: 'list', folder, isPicker: true },
	});
	if (action === 'open' || action === 'choose') {
		if (entry === undefined) return { state };
		if (entry.isFolder) return list(entry.path);
		const effect: WizardEffect = { type: 'read-trackers', filePath: entry.path };
		return { state: { ...state, picker: undefined }, effect };
	}
	if (action === 'erase-filter' && picker.filter !== '')
		return { state: { ...state, picker: withBrowserFilter(picker, shorter(picker.filter)) } };
	const parent = picker.listing?.parent;
	if (action === 'parent' || action === 'erase-filter')
		return parent === undefined ? { state } : list(parent);
	if (action === 'back') return { state: { ...state, picker: undefined } };
	return onTerminal(state, action) ?? { state };
}

function moveRows(browser: FileBrowser, action: WizardAction): FileBrowser | undefined {
	const steps: Partial<Record<WizardAction, number>> = {
		'row-down': 1,
		'row-up': -1,
		'rows-down': PAGE_ROWS,
		'rows-up': -PAGE_ROWS,
		'first-row': Number.NEGATIVE_INFINITY,
		'last-row': Number.POSITIVE_INFINITY,
	};
	const by = steps[action];
	return by === undefined ? undefined : moveInBrowser(browser, by);
}

function inForm(
	state: WizardState,
	action: WizardAction,
	confirming: WizardState['confirming'],
): Reduced {
	const doing = FORM_ACTIONS[action];
	return doing?.(state, confirming) ?? onTerminal(state, action) ?? { state };
}

function onTerminal(state: WizardState, action: WizardAction): Reduced | undefined {
	if (action === 'redraw' || action === 'suspend' || action === 'interrupt')
		return { state, effect: { type: action } };
	return undefined;
}

function breakLine(state: WizardState): WizardState {
	return setText(state, 'tiers', insertText(state.texts.tiers, '\n', true));
}

function walkLines(state: WizardState, by: 1 | -1): WizardState {
	const moved = moveLine(state.texts.tiers, by);
	return moved === undefined ? moveFocus(state, by) : setText(state, 'tiers', moved);
}

function change(state: WizardState, by: 1 | -1): WizardState {
	const round = (index: number, count: number): number =>
		count === 0 ? 0 : (index + by + count) % count;
	const { focus, isForced, isPerEntry, isPrivate, pieceLengthIndex, profileIndex } = state;
	if (focus === 'each') return { ...state, isPerEntry: !isPerEntry };
	if (focus === 'private') return { ...state, isPrivate: !isPrivate };
	if (focus === 'replace') return { ...state, isForced: !isForced };
	if (focus === 'piece-length')
		return { ...state, pieceLengthIndex: round(pieceLengthIndex, PIECE_LENGTHS.length) };
	if (focus === 'profile')
		return { ...state, profileIndex: round(profileIndex, state.profiles.length) };
	return state;
}

function moveItem(state: WizardState, by: number): WizardState {
	const last = Math.max(0, state.items.length - 1);
	// Past the ends the fields beside it are next, as with every other field.
	if (by > 0 && state.itemIndex === last) return moveFocus(state, 1);
	if (by < 0 && state.itemIndex === 0) return moveFocus(state, -1);
	return { ...state, itemIndex: Math.max(0, Math.min(last, state.itemIndex + by)) };
}

function takeOut(state: WizardState, confirming: WizardState['confirming']): Reduced {
	if (state.focus === 'queue') {
		if (state.run !== 'ready') return { state };
		const items = state.items.filter((_, index) => index !== state.itemIndex);
		const itemIndex = Math.max(0, Math.min(state.itemIndex, items.length - 1));
		return { state: { ...state, items, itemIndex } };
	}
	const profile = state.profiles[state.profileIndex];
	if (profile === undefined) return { state };
	if (confirming !== 'remove-profile') {
		const text = `Press again to delete the profile ${profile.name}`;
		return { state: { ...say(state, text), confirming: 'remove-profile' } };
	}
	return { state, effect: { type: 'remove-profile', name: profile.name } };
}

function shorter(text: string): string {
	return text.replace(/.$/su, '');
}
