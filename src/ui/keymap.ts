/** Every key of the dashboard: input, help, footer and docs/keys.md are made from this table. */
import { WIZARD_KEY_GROUPS } from './wizard/wizard-keymap.js';

/** Where a binding is in force. */
export type KeyContext =
	| 'always'
	| 'global'
	| 'move'
	| 'list'
	| 'torrent'
	| 'details'
	| 'files'
	| 'filter'
	| 'dialog'
	| 'remove-dialog'
	| 'force-dialog'
	| 'pages';

export interface KeyBinding {
	readonly context: KeyContext;
	/** As the key reader names them. */
	readonly keys: readonly string[];
	readonly action: Action;
	/** Sentence part for help and documents. */
	readonly label: string;
	/** Word for the footer; none keeps it out. */
	readonly hint?: string;
}

export const ACTIONS = [
	'line-down',
	'line-up',
	'page-down',
	'page-up',
	'half-page-down',
	'half-page-up',
	'first',
	'last',
	'open',
	'back',
	'other-pane',
	'tab-1',
	'tab-2',
	'tab-3',
	'tab-4',
	'tab-5',
	'tab-previous',
	'tab-next',
	'pause',
	'reannounce',
	'recheck',
	'remove',
	'force',
	'queue-up',
	'queue-down',
	'edit',
	'create',
	'filter',
	'next-error',
	'previous-error',
	'file-toggle',
	'file-raise',
	'file-lower',
	'filter-keep',
	'filter-clear',
	'filter-erase',
	'filter-erase-all',
	'dialog-other',
	'dialog-press',
	'dialog-cancel',
	'dialog-confirm',
	'close-page',
	'log',
	'debug',
	'help',
	'redraw',
	'suspend',
	'quit',
	'interrupt',
] as const;
export type Action = (typeof ACTIONS)[number];

export const KEYMAP: readonly KeyBinding[] = [
	bind('move', ['j', 'Down'], 'line-down', 'line down'),
	bind('move', ['k', 'Up'], 'line-up', 'line up'),
	bind('move', ['PageDown'], 'page-down', 'page down'),
	bind('move', ['PageUp'], 'page-up', 'page up'),
	bind('move', ['ctrl+d'], 'half-page-down', 'half a page down'),
	bind('move', ['ctrl+u'], 'half-page-up', 'half a page up'),
	bind('move', ['g', 'Home'], 'first', 'first line'),
	bind('move', ['G', 'End'], 'last', 'last line'),

	bind('list', ['Enter', 'l', 'Right'], 'open', 'open details', 'details'),
	bind('list', ['Escape', 'h', 'Left'], 'back', 'back, clear the filter'),
	bind('files', ['l'], 'file-raise', 'raise file priority', 'raise'),
	bind('files', ['h'], 'file-lower', 'lower file priority', 'lower'),
	bind('files', ['Space'], 'file-toggle', 'file wanted or not', 'wanted'),
	bind('details', ['Escape', 'h', 'Left'], 'back', 'back to the list', 'back'),

	bind('torrent', ['1'], 'tab-1', 'overview'),
	bind('torrent', ['2'], 'tab-2', 'files'),
	bind('torrent', ['3'], 'tab-3', 'trackers'),
	bind('torrent', ['4'], 'tab-4', 'peers'),
	bind('torrent', ['5'], 'tab-5', 'log of the torrent'),
	bind('torrent', ['['], 'tab-previous', 'previous tab'),
	bind('torrent', [']'], 'tab-next', 'next tab'),
	bind('torrent', ['Tab', 'shift+Tab'], 'other-pane', 'other pane'),
	bind('torrent', ['/'], 'filter', 'filter; !word excludes', 'filter'),
	bind('torrent', ['p'], 'pause', 'pause, resume', 'pause'),
	bind('torrent', ['t'], 'reannounce', 'announce now', 'announce'),
	bind('torrent', ['v'], 'recheck', 'verify the data', 'verify'),
	bind('torrent', ['d'], 'remove', 'remove (data stays)', 'remove'),
	bind('torrent', ['F'], 'force', 'overwrite files (asks)'),
	bind('torrent', ['K'], 'queue-up', 'earlier in the queue'),
	bind('torrent', ['J'], 'queue-down', 'later in the queue'),
	bind('torrent', ['e'], 'edit', 'edit trackers and comment of the .torrent', 'edit'),
	bind('torrent', ['n'], 'next-error', 'next error'),
	bind('torrent', ['N'], 'previous-error', 'previous error'),

	bind('filter', ['Enter', 'Down', 'Up'], 'filter-keep', 'keep the filter', 'keep'),
	bind('filter', ['Escape'], 'filter-clear', 'clear the filter', 'clear'),
	bind('filter', ['Backspace'], 'filter-erase', 'erase a character'),
	bind('filter', ['ctrl+u'], 'filter-erase-all', 'erase everything'),

	bind('dialog', ['Left', 'Right', 'h', 'l', 'Tab', 'shift+Tab'], 'dialog-other', 'other button'),
	bind('dialog', ['Enter', 'Space'], 'dialog-press', 'press the button', 'press'),
	bind('dialog', ['Escape', 'q', 'c'], 'dialog-cancel', 'cancel', 'cancel'),
	bind('remove-dialog', ['r'], 'dialog-confirm', 'remove', 'remove'),
	bind('force-dialog', ['o'], 'dialog-confirm', 'overwrite', 'overwrite'),

	bind('pages', ['j', 'Down'], 'line-down', 'line down', 'scroll'),
	bind('pages', ['Escape', 'q', 'h', 'Left', '?', 'F1', 'L', 'D'], 'close-page', 'back', 'back'),

	bind('global', ['C'], 'create', 'create a torrent', 'create'),
	bind('global', ['L'], 'log', 'log of everything', 'log'),
	bind('global', ['D'], 'debug', 'engine and screen: lag, queues, frames'),
	bind('global', ['?', 'F1'], 'help', 'keys', 'help'),
	bind('global', ['q'], 'quit', 'quit', 'quit'),
	bind('always', ['ctrl+l'], 'redraw', 'draw the screen again'),
	bind('always', ['ctrl+z'], 'suspend', 'suspend'),
	bind('always', ['ctrl+c'], 'interrupt', 'quit; twice: at once'),
];

/** What takes keys now. */
export type InputContext =
	| 'list'
	| 'details'
	| 'files'
	| 'filter'
	| 'remove-dialog'
	| 'force-dialog'
	| 'pages';

/** Where a key is looked up, first match wins. */
const LOOKUP: Readonly<Record<InputContext, readonly KeyContext[]>> = {
	list: ['list', 'move', 'torrent', 'global', 'always'],
	details: ['details', 'move', 'torrent', 'global', 'always'],
	files: ['files', 'details', 'move', 'torrent', 'global', 'always'],
	filter: ['filter', 'always'],
	'remove-dialog': ['remove-dialog', 'dialog', 'always'],
	'force-dialog': ['force-dialog', 'dialog', 'always'],
	pages: ['pages', 'move', 'always'],
};

/** What a key does in a context. */
export function actionFor(context: InputContext, key: string): Action | undefined {
	for (const scope of LOOKUP[context]) {
		const found = KEYMAP.find((entry) => entry.context === scope && entry.keys.includes(key));
		if (found !== undefined) return found.action;
	}
	return undefined;
}

/** Footer hints of a context, help and quit first. */
export function hintsFor(context: InputContext): readonly { key: string; hint: string }[] {
	const hints: { key: string; hint: string }[] = [];
	const always = LOOKUP[context].includes('global') ? ['help', 'quit'] : [];
	const scopes = LOOKUP[context];
	const entries = scopes.flatMap((scope) => KEYMAP.filter(({ context: own }) => own === scope));
	const firsts = entries.filter(({ action }) => always.includes(action));
	for (const { keys, hint, action } of [...firsts, ...entries]) {
		if (hint === undefined || hints.some((known) => known.hint === hint)) continue;
		const key = keys.find((name) => actionFor(context, name) === action);
		if (key !== undefined) hints.push({ key: keyLabel(key), hint });
	}
	return hints;
}

/** A group of bindings under a heading, for help and documents. */
export interface KeyGroup {
	readonly title: string;
	readonly bindings: readonly KeyBinding[];
}

export const KEY_GROUPS: readonly KeyGroup[] = [
	group('Move', ['move']),
	group('List and details', ['list', 'details']),
	group('Torrent', ['torrent']),
	group('Files tab', ['files']),
	group('Filter', ['filter']),
	group('Questions', ['dialog', 'remove-dialog', 'force-dialog']),
	group('Everywhere', ['global', 'always']),
];

const SHORT_NAMES: Readonly<Record<string, string>> = {
	PageDown: 'PgDn',
	PageUp: 'PgUp',
	Escape: 'Esc',
	'shift+Tab': 'S-Tab',
};

/** A key as people write it: `^D`, `PgDn`, `Space`. */
export function keyLabel(key: string): string {
	if (key.startsWith('ctrl+')) return `^${key.slice(5).toUpperCase()}`;
	return SHORT_NAMES[key] ?? key;
}

/** The content of docs/keys.md. */
export function keysDocument(): string {
	const lines = [
		'# Keys of the dashboard',
		'',
		'Printed from `src/ui/keymap.ts` and `src/ui/wizard/wizard-keymap.ts`.',
	];
	for (const { title, bindings } of [...KEY_GROUPS, ...WIZARD_KEY_GROUPS]) {
		lines.push('', `## ${title}`, '', '| key | does |', '|---|---|');
		for (const { keys, label } of bindings)
			lines.push(`| ${keys.map((key) => `\`${keyLabel(key)}\``).join(' ')} | ${label} |`);
	}
	return `${lines.join('\n')}\n`;
}

function bind(
	context: KeyContext,
	keys: readonly string[],
	action: Action,
	label: string,
	hint?: string,
): KeyBinding {
	return hint === undefined
		? { context, keys, action, label }
		: { context, keys, action, label, hint };
}

function group(title: string, contexts: readonly KeyContext[]): KeyGroup {
	return { title, bindings: KEYMAP.filter(({ context }) => contexts.includes(context)) };
}
