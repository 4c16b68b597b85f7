/**
 * What the dashboard shows, apart from the session's own data: size, selection, order, tab,
 * filter, dialogs. Pure: events in, a new state out; time is an argument.
 */
import type { Infohash } from '../primitives/infohash.js';
import type { SessionSnapshot, TorrentDetail, TorrentSnapshot } from '../session/snapshot.js';
import type { InputContext } from './keymap.js';
import { type Layout, layoutOf, type Size } from './layout.js';
import { makeFilter, orderTorrents } from './order.js';

export const TABS = ['Overview', 'Files', 'Trackers', 'Peers', 'Log'] as const;
export type Tab = (typeof TABS)[number];

/** Rows that keep moving cannot be read: the list is sorted again at most this often. */
const SORT_EVERY_MS = 5000;
/** Nothing moves under a hand that is choosing. */
const SORT_HOLD_MS = 3000;

/** A question with a button for Cancel, where the focus is at first, and one for going on. */
export interface Dialog {
	readonly type: 'remove' | 'force';
	readonly infohash: Infohash;
	readonly focus: 'cancel' | 'confirm';
}

export interface Message {
	readonly text: string;
	readonly level: 'info' | 'error';
	readonly untilMs: number;
}

export interface ViewState {
	readonly size: Size;
	/** Shown torrents, top to bottom. */
	readonly order: readonly Infohash[];
	readonly selected: Infohash | undefined;
	/** Index of the first visible row of the list. */
	readonly top: number;
	readonly sortedAtMs: number;
	readonly keyAtMs: number;
	readonly hasDetails: boolean;
	/** Which pane takes movement keys; `details` only while they are open. */
	readonly focus: 'list' | 'details';
	readonly tab: Tab;
	/** First visible line of the tab or page. */
	readonly contentTop: number;
	/** The chosen file. */
	readonly fileIndex: number;
	readonly filter: string;
	readonly isFiltering: boolean;
	readonly page: 'help' | 'log' | 'debug' | undefined;
	readonly dialog: Dialog | undefined;
	readonly message: Message | undefined;
}

/** The session's data an event is judged against. */
export interface ViewData {
	readonly snapshot: SessionSnapshot;
	readonly torrents: ReadonlyMap<Infohash, TorrentSnapshot>;
	readonly detail: TorrentDetail | undefined;
	/** Monotonic milliseconds. */
	readonly nowMs: number;
}

export function initialView(size: Size): ViewState {
	return {
		size,
		order: [],
		selected: undefined,
		top: 0,
		sortedAtMs: Number.NEGATIVE_INFINITY,
		keyAtMs: Number.NEGATIVE_INFINITY,
		hasDetails: false,
		focus: 'list',
		tab: 'Overview',
		contentTop: 0,
		fileIndex: 0,
		filter: '',
		isFiltering: false,
		page: undefined,
		dialog: undefined,
		message: undefined,
	};
}

export function viewLayout(view: ViewState): Layout {
	return layoutOf(view.size, view.hasDetails, view.page !== undefined);
}

/** Whose keys are in force. */
export function inputContext(view: ViewState): InputContext {
	if (view.dialog !== undefined) return `${view.dialog.type}-dialog`;
	if (view.page !== undefined) return 'pages';
	if (view.isFiltering) return 'filter';
	if (!view.hasDetails || view.focus === 'list') return 'list';
	return view.tab === 'Files' ? 'files' : 'details';
}

export function selectedTorrent(view: ViewState, data: ViewData): TorrentSnapshot | undefined {
	return view.selected === undefined ? undefined : data.torrents.get(view.selected);
}

/** New data: keeps the order as long as people need, follows the selected torrent. */
export function withData(view: ViewState, data: ViewData): ViewState {
	const isHeld = data.nowMs - view.keyAtMs < SORT_HOLD_MS;
	const passes = makeFilter(view.filter);
	const shown = data.snapshot.torrents.filter(passes);
	const known = new Set(view.order);
	const hasNew = shown.some(({ infohash }) => !known.has(infohash));
	const isDue = hasNew || data.nowMs - view.sortedAtMs >= SORT_EVERY_MS;
	let order: readonly Infohash[];
	let sortedAtMs = view.sortedAtMs;
	if (isDue && !isHeld) {
		order = orderTorrents(shown);
		sortedAtMs = data.nowMs;
	} else {
		const left = new Set(shown.map(({ infohash }) => infohash));
		const kept = view.order.filter((infohash) => left.has(infohash));
		const added = shown.filter(({ infohash }) => !known.has(infohash));
		order = [...kept, ...orderTorrents(added)];
	}
	const message =
		view.message !== undefined && view.message.untilMs <= data.nowMs ? undefined : view.message;
	const dialog =
		view.dialog !== undefined && data.torrents.has(view.dialog.infohash) ? view.dialog : undefined;
	return followSelection({ ...view, order, sortedAtMs, message, dialog }, view);
}

/** A new filter sorts and selects anew. */
export function withFilter(view: ViewState, filter: string, data: ViewData): ViewState {
	const order = orderTorrents(data.snapshot.torrents.filter(makeFilter(filter)));
	return followSelection({ ...view, filter, order, sortedAtMs: data.nowMs }, view);
}

export function withSize(view: ViewState, size: Size): ViewState {
	return scrollToSelection({ ...view, size });
}

export function withMessage(view: ViewState, message: Message): ViewState {
	return { ...view, message };
}

/** Selects the row at `index`, as near as there is one. */
export function selectRow(view: ViewState, index: number): ViewState {
	const row = Math.max(0, Math.min(view.order.length - 1, index));
	const selected = view.order[row];
	if (selected === view.selected) return view;
	return scrollToSelection({ ...view, selected, contentTop: 0, fileIndex: 0 });
}

export function selectedRow(view: ViewState): number {
	return view.selected === undefined ? -1 : view.order.indexOf(view.selected);
}

/**
 * Keeps the selected torrent; when it is gone, the row in its place. Until the first key nobody
 * has chosen one: the first row stays selected, so that what matters most stays in sight.
 */
function followSelection(view: ViewState, before: ViewState): ViewState {
	if (view.keyAtMs === Number.NEGATIVE_INFINITY)
		return scrollToSelection({ ...view, selected: view.order[0] });
	if (selectedRow(view) >= 0) return scrollToSelection(view);
	if (view.order.length === 0)
		return { ...view, selected: undefined, top: 0, hasDetails: false, focus: 'list' };
	return selectRow(view, Math.max(0, selectedRow(before)));
}

function scrollToSelection(view: ViewState): ViewState {
	const { listRows } = viewLayout(view);
	const row = Math.max(0, selectedRow(view));
	const lowest = Math.max(0, view.order.length - listRows);
	const top = Math.min(Math.max(view.top, row - listRows + 1), row, lowest);
	return top === view.top ? view : { ...view, top };
}
