/** What each action does to the view, and what it asks of the session. Pure. */

import { cleanText } from '../primitives/clean-text.js';
import type { Infohash } from '../primitives/infohash.js';
import type { SessionCommand } from '../session/session-api.js';
import { FILE_PRIORITIES, type TorrentSnapshot } from '../session/snapshot.js';
import { type Action, actionFor } from './keymap.js';
import { countLines } from './tabs/count-lines.js';
import {
	inputContext,
	selectedRow,
	selectedTorrent,
	selectRow,
	TABS,
	type ViewData,
	type ViewState,
	viewLayout,
	withFilter,
	withMessage,
} from './view-state.js';
import type { WizardTask } from './wizard/wizard-state.js';

/** How long an answer stays on the message line. */
export const MESSAGE_MS = 5000;
const MAX_FILTER_LENGTH = 200;

/** What has to happen outside the view. */
export type ViewEffect =
	/** `done` is said when the session agrees. */
	| { readonly type: 'command'; readonly command: SessionCommand; readonly done: string }
	| { readonly type: 'quit'; readonly isInterrupt: boolean }
	| { readonly type: 'wizard'; readonly task: WizardTask }
	| { readonly type: 'suspend' }
	| { readonly type: 'redraw' };

export interface Reduced {
	readonly view: ViewState;
	readonly effect?: ViewEffect;
}

/** One key press. */
export function reduceKey(before: ViewState, key: string, data: ViewData): Reduced {
	const view = { ...before, keyAtMs: data.nowMs };
	const context = inputContext(view);
	const action = actionFor(context, key);
	if (action !== undefined) return reduceAction(view, action, data);
	if (context !== 'filter') return { view };
	const typed = key === 'Space' ? ' ' : key;
	const isText = /^.$/su.test(typed) && cleanText(typed) === typed;
	if (!isText || view.filter.length >= MAX_FILTER_LENGTH) return { view };
	return { view: withFilter(view, view.filter + typed, data) };
}

function reduceAction(view: ViewState, action: Action, data: ViewData): Reduced {
	const { listRows, contentRows } = viewLayout(view);
	const page = isInList(view) ? listRows : contentRows;
	switch (action) {
		case 'line-down':
			return { view: move(view, 1, data) };
		case 'line-up':
			return { view: move(view, -1, data) };
		case 'page-down':
			return { view: move(view, page, data) };
		case 'page-up':
			return { view: move(view, -page, data) };
		case 'half-page-down':
			return { view: move(view, Math.ceil(page / 2), data) };
		case 'half-page-up':
			return { view: move(view, -Math.ceil(page / 2), data) };
		case 'first':
			return { view: move(view, Number.NEGATIVE_INFINITY, data) };
		case 'last':
			return { view: move(view, Number.POSITIVE_INFINITY, data) };
		case 'open':
			return { view: openTab(view, view.tab) };
		case 'back':
			return { view: goBack(view, data) };
		case 'other-pane':
			if (!view.hasDetails) return { view: openTab(view, view.tab) };
			if (!viewLayout(view).isSplit) return { view: goBack(view, data) };
			return { view: { ...view, focus: view.focus === 'list' ? 'details' : 'list' } };
		case 'tab-1':
		case 'tab-2':
		case 'tab-3':
		case 'tab-4':
		case 'tab-5':
			return { view: openTab(view, TABS[Number(action.slice(4)) - 1] ?? view.tab) };
		case 'tab-next':
			return { view: openTab(view, neighbourTab(view, 1)) };
		case 'tab-previous':
			return { view: openTab(view, neighbourTab(view, -1)) };
		case 'next-error':
			return { view: findError(view, 1, data) };
		case 'previous-error':
			return { view: findError(view, -1, data) };
		case 'filter':
			return { view: { ...view, isFiltering: true, hasDetails: false, focus: 'list' } };
		case 'filter-keep':
			return { view: { ...view, isFiltering: false } };
		case 'filter-clear':
			return { view: withFilter({ ...view, isFiltering: false }, '', data) };
		case 'filter-erase':
			return { view: withFilter(view, view.filter.replace(/.$/su, ''), data) };
		case 'filter-erase-all':
			return { view: withFilter(view, '', data) };
		case 'dialog-other':
			if (view.dialog === undefined) return { view };
			return {
				view: {
					...view,
					dialog: { ...view.dialog, focus: view.dialog.focus === 'cancel' ? 'confirm' : 'cancel' },
				},
			};
		case 'dialog-press':
			return view.dialog?.focus === 'confirm'
				? confirmDialog(view, data)
				: { view: { ...view, dialog: undefined } };
		case 'dialog-confirm':
			return confirmDialog(view, data);
		case 'dialog-cancel':
			return { view: { ...view, dialog: undefined } };
		case 'log':
		case 'debug':
		case 'help':
			return { view: { ...view, page: action, contentTop: 0 } };
		case 'close-page':
			return { view: { ...view, page: undefined, contentTop: 0 } };
		case 'redraw':
		case 'suspend':
			return { view, effect: { type: action } };
		case 'create':
			return {
				view,
				effect: { type: 'wizard', task: { type: 'create', paths: [], isPerEntry: false } },
			};
		case 'quit':
			return { view, effect: { type: 'quit', isInterrupt: false } };
		case 'interrupt':
			return { view, effect: { type: 'quit', isInterrupt: true } };
		case 'pause':
		case 'reannounce':
		case 'recheck':
		case 'edit':
		case 'remove':
		case 'force':
		case 'queue-up':
		case 'queue-down':
		case 'file-toggle':
		case 'file-raise':
		case 'file-lower':
			return reduceCommand(view, action, data);
	}
}

type TorrentAction =
	| 'pause'
	| 'reannounce'
	| 'recheck'
	| 'edit'
	| 'remove'
	| 'force'
	| 'queue-up'
	| 'queue-down'
	| 'file-toggle'
	| 'file-raise'
	| 'file-lower';

function reduceCommand(view: ViewState, action: TorrentAction, data: ViewData): Reduced {
	const torrent = selectedTorrent(view, data);
	if (torrent === undefined) return { view };
	const { infohash, name } = torrent;
	switch (action) {
		case 'pause': {
			const isPaused = torrent.state === 'paused';
			const command: SessionCommand = { type: isPaused ? 'resume' : 'pause', infohash };
			return send(view, command, `${isPaused ? 'Resumed' : 'Paused'} ${name}`);
		}
		case 'reannounce':
			return send(view, { type: 'reannounce', infohash }, `Announcing ${name}`);
		case 'recheck':
			return send(view, { type: 'recheck', infohash }, `Verifying ${name}`);
		case 'edit': {
			const { torrentPath } = torrent;
			return {
				view,
				effect: { type: 'wizard', task: { type: 'edit', torrentPath, infohash, name } },
			};
		}
		case 'remove':
			return { view: { ...view, dialog: { type: 'remove', infohash, focus: 'cancel' } } };
		case 'force':
			if (torrent.problem?.canForce !== true)
				return { view: say(view, whyNotForce(torrent), data) };
			return { view: { ...view, dialog: { type: 'force', infohash, focus: 'cancel' } } };
		case 'queue-up':
			return moveInQueue(view, torrent, -1, data);
		case 'queue-down':
			return moveInQueue(view, torrent, 1, data);
		case 'file-toggle':
		case 'file-raise':
		case 'file-lower':
			return setPriority(view, infohash, action, data);
	}
}

function whyNotForce({ name, problem }: TorrentSnapshot): string {
	return problem === undefined
		? `Nothing is in the way of ${name}`
		: `Force cannot help: ${problem.message}`;
}

function confirmDialog(view: ViewState, data: ViewData): Reduced {
	const { dialog } = view;
	if (dialog === undefined) return { view };
	const name = data.torrents.get(dialog.infohash)?.name ?? dialog.infohash;
	const done = dialog.type === 'remove' ? `Removed ${name}; its data stays` : `Forced ${name}`;
	const command = { type: dialog.type, infohash: dialog.infohash };
	return send({ ...view, dialog: undefined }, command, done);
}

function moveInQueue(
	view: ViewState,
	torrent: TorrentSnapshot,
	by: number,
	data: ViewData,
): Reduced {
	const count = data.snapshot.torrents.length;
	const position = torrent.queuePosition + by;
	if (position < 0 || position >= count)
		return {
			view: say(view, `${torrent.name} is ${by < 0 ? 'first' : 'last'} in the queue`, data),
		};
	const command: SessionCommand = { type: 'move', infohash: torrent.infohash, position };
	return send(view, command, `${torrent.name} is now ${position + 1} of ${count} in the queue`);
}

function setPriority(
	view: ViewState,
	infohash: Infohash,
	action: 'file-toggle' | 'file-raise' | 'file-lower',
	data: ViewData,
): Reduced {
	const file = data.detail?.files[view.fileIndex];
	if (file === undefined) return { view };
	const level = FILE_PRIORITIES.indexOf(file.priority);
	const toggled = level === 0 ? FILE_PRIORITIES.indexOf('normal') : 0;
	const next = action === 'file-toggle' ? toggled : level + (action === 'file-raise' ? 1 : -1);
	const priority = FILE_PRIORITIES[next];
	if (priority === undefined) return { view };
	return send(
		view,
		{ type: 'set-file-priority', infohash, fileIndex: view.fileIndex, priority },
		`${file.path}: ${priority}`,
	);
}

function send(view: ViewState, command: SessionCommand, done: string): Reduced {
	return { view, effect: { type: 'command', command, done } };
}

function say(view: ViewState, text: string, data: ViewData): ViewState {
	return withMessage(view, { text, level: 'info', untilMs: data.nowMs + MESSAGE_MS });
}

function isInList(view: ViewState): boolean {
	return view.page === undefined && (view.focus === 'list' || !view.hasDetails);
}

/** Moves the selection, the chosen file, or the text of a tab or page. */
function move(view: ViewState, by: number, data: ViewData): ViewState {
	if (isInList(view)) return selectRow(view, selectedRow(view) + by);
	const lines = countLines(view, data);
	const { contentRows } = viewLayout(view);
	if (view.page !== undefined || view.tab !== 'Files') {
		const last = Math.max(0, lines - contentRows);
		return { ...view, contentTop: Math.max(0, Math.min(last, view.contentTop + by)) };
	}
	// The heads of the file table take one of the lines.
	const visible = Math.max(1, contentRows - 1);
	const fileIndex = Math.max(0, Math.min(lines - 1, view.fileIndex + by));
	const contentTop = Math.min(Math.max(view.contentTop, fileIndex - visible + 1), fileIndex);
	return { ...view, fileIndex, contentTop };
}

function openTab(view: ViewState, tab: (typeof TABS)[number]): ViewState {
	if (view.selected === undefined) return view;
	const isSame = view.hasDetails && view.tab === tab;
	const opened: ViewState = { ...view, hasDetails: true, focus: 'details', tab };
	// The list may have become shorter: the selected row stays in sight.
	const shown = scrollBack(opened);
	return isSame ? shown : { ...shown, contentTop: 0, fileIndex: 0 };
}

function scrollBack(view: ViewState): ViewState {
	const row = selectedRow(view);
	const { listRows } = viewLayout(view);
	return { ...view, top: Math.min(Math.max(view.top, row - listRows + 1), Math.max(0, row)) };
}

function goBack(view: ViewState, data: ViewData): ViewState {
	if (view.hasDetails) return scrollBack({ ...view, hasDetails: false, focus: 'list' });
	return view.filter === '' ? view : withFilter(view, '', data);
}

function neighbourTab(view: ViewState, by: number): (typeof TABS)[number] {
	if (!view.hasDetails) return view.tab;
	return TABS[(TABS.indexOf(view.tab) + by + TABS.length) % TABS.length] ?? view.tab;
}

function findError(view: ViewState, by: number, data: ViewData): ViewState {
	const count = view.order.length;
	const start = selectedRow(view);
	for (let step = 1; step <= count; step++) {
		const row = (((start + by * step) % count) + count) % count;
		const infohash = view.order[row];
		if (infohash !== undefined && data.torrents.get(infohash)?.state === 'error')
			return selectRow(view, row);
	}
	return say(view, 'No torrent has an error', data);
}
