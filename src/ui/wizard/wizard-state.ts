/** Everything the wizard knows: what is typed and chosen, the queue, and where the focus is. Pure. */
import type { Infohash } from '../../primitives/infohash.js';
import type { MakeProgress } from '../../tools/make-torrent.js';
import type { Size } from '../layout.js';
import { EMPTY_BROWSER, type FileBrowser } from './file-browser.js';
import { type TextEntry, textEntry } from './text-entry.js';
import type { WizardKeyContext } from './wizard-keymap.js';
import type { EditableTorrent, MadeItem, PlannedItem, TrackerProfile } from './wizard-port.js';

/** New torrents, or the trackers and comment of one that exists. */
export type WizardTask =
	| {
			readonly type: 'create';
			/** Chosen already when the wizard opens; absolute. */
			readonly paths: readonly string[];
			readonly isPerEntry: boolean;
	  }
	| {
			readonly type: 'edit';
			readonly torrentPath: string;
			readonly infohash: Infohash;
			readonly name: string;
	  };

export const WIZARD_PAGES = ['files', 'trackers', 'options', 'make'] as const;
export type WizardPage = (typeof WIZARD_PAGES)[number];

export type FieldName =
	| 'browser'
	| 'each'
	| TextField
	| 'profile'
	| 'copy'
	| 'piece-length'
	| 'private'
	| 'replace'
	| 'queue'
	| 'back'
	| 'next'
	| 'make'
	| 'stop'
	| 'seed'
	| 'another'
	| 'close'
	| 'save'
	| 'cancel';

/** What each field takes keys like. */
const FIELDS: Readonly<Record<FieldName, WizardKeyContext>> = {
	browser: 'browser',
	each: 'choice',
	main: 'text',
	tiers: 'lines',
	profile: 'profile',
	'profile-name': 'naming',
	copy: 'button',
	'piece-length': 'choice',
	private: 'choice',
	source: 'text',
	comment: 'text',
	'web-seeds': 'text',
	'http-seeds': 'text',
	output: 'text',
	replace: 'choice',
	queue: 'queue',
	back: 'button',
	next: 'button',
	make: 'button',
	stop: 'button',
	seed: 'button',
	another: 'button',
	close: 'button',
	save: 'button',
	cancel: 'button',
};

/** Fields that hold text. */
export const TEXT_FIELDS = [
	'main',
	'tiers',
	'profile-name',
	'source',
	'comment',
	'web-seeds',
	'http-seeds',
	'output',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** 16 KiB to 64 MiB; 0 is by size. */
export const PIECE_LENGTHS: readonly number[] = [
	0,
	...Array.from({ length: 13 }, (_, power) => 2 ** (14 + power)),
];

export type ItemStage =
	| { readonly type: 'waiting' }
	| { readonly type: 'hashing'; readonly progress: MakeProgress }
	| { readonly type: 'made'; readonly made: MadeItem }
	| { readonly type: 'failed'; readonly message: string };

export interface QueueItem extends PlannedItem {
	readonly stage: ItemStage;
}

export interface WizardState {
	readonly size: Size;
	readonly task: WizardTask;
	readonly page: WizardPage;
	readonly focus: FieldName;
	readonly browser: FileBrowser;
	/** Over the page, to copy trackers from a file. */
	readonly picker: FileBrowser | undefined;
	/** Absolute paths, in the order they were chosen. */
	readonly chosen: readonly string[];
	readonly isPerEntry: boolean;
	readonly texts: Readonly<Record<TextField, TextEntry>>;
	readonly profiles: readonly TrackerProfile[];
	readonly profileIndex: number;
	/** Index into {@link PIECE_LENGTHS}. */
	readonly pieceLengthIndex: number;
	readonly isPrivate: boolean;
	readonly isForced: boolean;
	readonly items: readonly QueueItem[];
	readonly itemIndex: number;
	readonly isMeasuring: boolean;
	/** By this form before "Make another". */
	readonly madeBefore: readonly MadeItem[];
	readonly run: 'ready' | 'running' | 'stopping' | 'over';
	/** As it was when it was read; undefined while it is not. */
	readonly edited: EditableTorrent | undefined;
	readonly message: { readonly text: string; readonly isError: boolean } | undefined;
	/** What the key before asked to have pressed again. */
	readonly confirming: 'leave' | 'remove-profile' | undefined;
}

export function initialWizard(task: WizardTask, size: Size): WizardState {
	const isEdit = task.type === 'edit';
	const empty = textEntry('');
	return {
		size,
		task,
		page: isEdit ? 'trackers' : 'files',
		focus: isEdit ? 'tiers' : 'browser',
		browser: EMPTY_BROWSER,
		picker: undefined,
		chosen: isEdit ? [] : task.paths,
		isPerEntry: !isEdit && task.isPerEntry,
		texts: {
			main: empty,
			tiers: empty,
			'profile-name': empty,
			source: empty,
			comment: empty,
			'web-seeds': empty,
			'http-seeds': empty,
			output: empty,
		},
		profiles: [],
		profileIndex: 0,
		pieceLengthIndex: 0,
		isPrivate: false,
		isForced: false,
		items: [],
		itemIndex: 0,
		isMeasuring: false,
		madeBefore: [],
		run: 'ready',
		edited: undefined,
		message: undefined,
		confirming: undefined,
	};
}

/** The fields of the page in the order Tab takes. */
export function pageFields(state: WizardState): readonly FieldName[] {
	switch (state.page) {
		case 'files':
			return ['browser', 'each', 'next'];
		case 'trackers':
			return state.task.type === 'edit'
				? ['main', 'tiers', 'profile', 'profile-name', 'copy', 'comment', 'save', 'cancel']
				: ['main', 'tiers', 'profile', 'profile-name', 'copy', 'back', 'next'];
		case 'options':
			return [
				...(['piece-length', 'private', 'source', 'comment'] as const),
				...(['web-seeds', 'http-seeds', 'output', 'replace', 'back', 'next'] as const),
			];
		case 'make':
			return ['queue', ...makeButtons(state)];
		default:
			return state.page satisfies never;
	}
}

function makeButtons({ items, run }: WizardState): readonly FieldName[] {
	if (run === 'ready') return ['back', 'make'];
	if (run !== 'over') return ['stop'];
	return items.some(({ stage }) => stage.type === 'made')
		? ['seed', 'another', 'close']
		: ['back', 'close'];
}

/** How keys are looked up now. */
export function keyContext(state: WizardState): WizardKeyContext {
	return state.picker === undefined ? FIELDS[state.focus] : 'browser';
}

export function isTextField(field: FieldName): field is TextField {
	const names: readonly string[] = TEXT_FIELDS;
	return names.includes(field);
}

/** Focus on a field of the page, as far along as `by` says, round the ends. */
export function moveFocus(state: WizardState, by: number): WizardState {
	const fields = pageFields(state);
	const at = Math.max(0, fields.indexOf(state.focus));
	const focus = fields[(at + by + fields.length) % fields.length] ?? state.focus;
	return { ...state, focus };
}

/** The page with the focus on its first field, or on `focus`. */
export function openPage(state: WizardState, page: WizardPage, focus?: FieldName): WizardState {
	const opened = { ...state, page };
	return { ...opened, focus: focus ?? pageFields(opened)[0] ?? state.focus };
}

export function setText(state: WizardState, field: TextField, entry: TextEntry): WizardState {
	return { ...state, texts: { ...state.texts, [field]: entry } };
}

export function say(state: WizardState, text: string, isError = false): WizardState {
	return { ...state, message: { text, isError } };
}

/** Length of the pieces of an item; undefined for "by size". */
export function pieceLengthBytes({ pieceLengthIndex }: WizardState): number | undefined {
	const lengthBytes = PIECE_LENGTHS[pieceLengthIndex] ?? 0;
	return lengthBytes === 0 ? undefined : lengthBytes;
}

export function madeItems({ items }: WizardState): readonly MadeItem[] {
	return items.flatMap(({ stage }) => (stage.type === 'made' ? [stage.made] : []));
}
