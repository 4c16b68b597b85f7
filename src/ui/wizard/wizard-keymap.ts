/** Every key of the wizard: input, footer and docs/keys.md are made from this table. */
import { TEXT_ACTIONS, type TextAction } from './text-entry.js';

/** What has the focus decides what a key means; `anywhere` comes last. */
export type WizardKeyContext =
	| 'browser'
	| 'text'
	| 'lines'
	| 'naming'
	| 'choice'
	| 'profile'
	| 'button'
	| 'queue'
	| 'anywhere';

export type WizardAction =
	| TextAction
	| 'next-field'
	| 'previous-field'
	| 'next-page'
	| 'previous-page'
	| 'back'
	| 'row-down'
	| 'row-up'
	| 'rows-down'
	| 'rows-up'
	| 'first-row'
	| 'last-row'
	| 'open'
	| 'parent'
	| 'choose'
	| 'erase-filter'
	| 'new-line'
	| 'line-down'
	| 'line-up'
	| 'change-next'
	| 'change-previous'
	| 'press'
	| 'take-out'
	| 'redraw'
	| 'suspend'
	| 'interrupt';

export interface WizardKeyBinding {
	readonly context: WizardKeyContext;
	/** As the key reader names them. */
	readonly keys: readonly string[];
	readonly action: WizardAction;
	/** Sentence part for documents. */
	readonly label: string;
	/** Word for the footer; none keeps it out. */
	readonly hint?: string;
}

export const WIZARD_KEYMAP: readonly WizardKeyBinding[] = [
	bind('browser', ['Space'], 'choose', 'choose the row, or not', 'choose'),
	bind('browser', ['Enter', 'Right'], 'open', 'open a folder, choose a file', 'open'),
	bind('browser', ['Left'], 'parent', 'folder above', 'up'),
	bind('browser', ['Backspace'], 'erase-filter', 'erase what was typed; then the folder above'),
	bind('browser', ['Down'], 'row-down', 'row down'),
	bind('browser', ['Up'], 'row-up', 'row up'),
	bind('browser', ['PageDown'], 'rows-down', 'ten rows down'),
	bind('browser', ['PageUp'], 'rows-up', 'ten rows up'),
	bind('browser', ['Home'], 'first-row', 'first row'),
	bind('browser', ['End'], 'last-row', 'last row'),

	...textBindings('text'),
	bind('text', ['Enter', 'Down'], 'next-field', 'next field'),
	bind('text', ['Up'], 'previous-field', 'field before'),

	...textBindings('lines'),
	bind('lines', ['Enter'], 'new-line', 'new line', 'next tier'),
	bind('lines', ['Down'], 'line-down', 'line down, or next field'),
	bind('lines', ['Up'], 'line-up', 'line up, or field before'),

	...textBindings('naming'),
	bind('naming', ['Enter'], 'press', 'save under this name', 'save'),
	bind('naming', ['Down'], 'next-field', 'next field'),
	bind('naming', ['Up'], 'previous-field', 'field before'),

	bind('choice', ['Space', 'Right'], 'change-next', 'change it', 'change'),
	bind('choice', ['Left'], 'change-previous', 'change it the other way'),
	bind('choice', ['Enter', 'Down'], 'next-field', 'next field'),
	bind('choice', ['Up'], 'previous-field', 'field before'),

	bind('profile', ['Space', 'Right'], 'change-next', 'next profile', 'other'),
	bind('profile', ['Left'], 'change-previous', 'profile before'),
	bind('profile', ['Enter'], 'press', 'take its trackers', 'take'),
	bind('profile', ['Delete'], 'take-out', 'delete the profile (twice)', 'delete'),
	bind('profile', ['Down'], 'next-field', 'next field'),
	bind('profile', ['Up'], 'previous-field', 'field before'),

	bind('button', ['Enter', 'Space'], 'press', 'press the button', 'press'),
	bind('button', ['Right', 'Down'], 'next-field', 'next field'),
	bind('button', ['Left', 'Up'], 'previous-field', 'field before'),

	bind('queue', ['Down'], 'row-down', 'item down'),
	bind('queue', ['Up'], 'row-up', 'item up'),
	bind('queue', ['PageDown'], 'rows-down', 'ten items down'),
	bind('queue', ['PageUp'], 'rows-up', 'ten items up'),
	bind('queue', ['Delete', 'Backspace'], 'take-out', 'take the item out', 'take out'),
	bind('queue', ['Enter'], 'next-field', 'next field'),

	bind('anywhere', ['Tab'], 'next-field', 'next field', 'next'),
	bind('anywhere', ['shift+Tab'], 'previous-field', 'field before'),
	bind('anywhere', ['ctrl+n'], 'next-page', 'next page', 'next page'),
	bind('anywhere', ['ctrl+p'], 'previous-page', 'page before'),
	bind('anywhere', ['Escape'], 'back', 'back, stop, leave', 'back'),
	bind('anywhere', ['ctrl+l'], 'redraw', 'draw the screen again'),
	bind('anywhere', ['ctrl+z'], 'suspend', 'suspend'),
	bind('anywhere', ['ctrl+c'], 'interrupt', 'leave the program'),
];

/** What a key does where the focus is. */
export function wizardActionFor(context: WizardKeyContext, key: string): WizardAction | undefined {
	for (const scope of [context, 'anywhere']) {
		const found = WIZARD_KEYMAP.find((each) => each.context === scope && each.keys.includes(key));
		if (found !== undefined) return found.action;
	}
	return undefined;
}

/** Footer hints where the focus is. */
export function wizardHintsFor(
	context: WizardKeyContext,
): readonly { readonly key: string; readonly hint: string }[] {
	return [context, 'anywhere'].flatMap((scope) =>
		WIZARD_KEYMAP.filter((each) => each.context === scope).flatMap(({ hint, keys: [key] }) =>
			hint === undefined || key === undefined ? [] : [{ key, hint }],
		),
	);
}

/** Bindings under headings, for documents. */
export const WIZARD_KEY_GROUPS: readonly {
	readonly title: string;
	readonly bindings: readonly WizardKeyBinding[];
}[] = [
	group('Wizard: everywhere', 'anywhere'),
	group('Wizard: files (letters search)', 'browser'),
	group('Wizard: text', 'text'),
	group('Wizard: lines of trackers', 'lines'),
	group('Wizard: name of a profile', 'naming'),
	group('Wizard: choices', 'choice'),
	group('Wizard: profiles', 'profile'),
	group('Wizard: buttons', 'button'),
	group('Wizard: items', 'queue'),
];

export function isTextAction(action: WizardAction): action is TextAction {
	const names: readonly string[] = TEXT_ACTIONS;
	return names.includes(action);
}

function textBindings(context: 'text' | 'lines' | 'naming'): readonly WizardKeyBinding[] {
	return [
		bind(context, ['Left'], 'cursor-left', 'cursor left'),
		bind(context, ['Right'], 'cursor-right', 'cursor right'),
		bind(context, ['Home', 'ctrl+a'], 'cursor-start', 'start of the line'),
		bind(context, ['End', 'ctrl+e'], 'cursor-end', 'end of the line'),
		bind(context, ['Backspace'], 'erase-left', 'erase to the left'),
		bind(context, ['Delete'], 'erase-right', 'erase to the right'),
		bind(context, ['ctrl+w'], 'erase-word', 'erase a word'),
		bind(context, ['ctrl+u'], 'erase-to-start', 'erase the line up to here', 'erase'),
	];
}

function bind(
	context: WizardKeyContext,
	keys: readonly string[],
	action: WizardAction,
	label: string,
	hint?: string,
): WizardKeyBinding {
	return hint === undefined
		? { context, keys, action, label }
		: { context, keys, action, label, hint };
}

function group(
	title: string,
	context: WizardKeyContext,
): { readonly title: string; readonly bindings: readonly WizardKeyBinding[] } {
	return { title, bindings: WIZARD_KEYMAP.filter((each) => each.context === context) };
}
