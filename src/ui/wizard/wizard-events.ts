/** What comes back from the disk, and what it does to the wizard. Pure. */
import type { MakeProgress } from '../../tools/make-torrent.js';
import { type FolderListing, withListing } from './file-browser.js';
import { textEntry } from './text-entry.js';
import { trackerLines } from './tracker-lines.js';
import type {
	EditableTorrent,
	MadeItem,
	PlannedItem,
	TrackerProfile,
	Trackers,
} from './wizard-port.js';
import {
	type ItemStage,
	madeItems,
	openPage,
	type QueueItem,
	say,
	setText,
	type WizardState,
} from './wizard-state.js';

export type WizardEvent =
	| { readonly type: 'listed'; readonly isPicker: boolean; readonly listing: FolderListing }
	| { readonly type: 'list-failed'; readonly isPicker: boolean; readonly message: string }
	| { readonly type: 'measured'; readonly items: readonly PlannedItem[] }
	| { readonly type: 'measure-failed'; readonly message: string }
	| {
			readonly type: 'profiles';
			readonly profiles: readonly TrackerProfile[];
			/** Said to the user; undefined when they were only read. */
			readonly done?: string;
	  }
	| { readonly type: 'trackers'; readonly trackers: Trackers; readonly from: string }
	| { readonly type: 'torrent'; readonly torrent: EditableTorrent }
	| { readonly type: 'hashing'; readonly inputPath: string; readonly progress: MakeProgress }
	| { readonly type: 'made'; readonly made: MadeItem }
	| { readonly type: 'make-failed'; readonly inputPath: string; readonly message: string }
	| { readonly type: 'run-over'; readonly isStopped: boolean }
	| { readonly type: 'failed'; readonly message: string };

/** Trackers that are there when the wizard opens have this name. */
const DEFAULT_PROFILE = 'default';

export function reduceWizardEvent(state: WizardState, event: WizardEvent): WizardState {
	switch (event.type) {
		case 'listed': {
			const { isPicker, listing } = event;
			if (!isPicker) return { ...state, browser: withListing(state.browser, listing) };
			// Closed while the folder was read.
			if (state.picker === undefined) return state;
			return { ...state, picker: withListing(state.picker, listing) };
		}
		case 'list-failed': {
			const { isPicker, message } = event;
			const { browser, picker } = state;
			const failed = isPicker
				? { ...state, picker: picker && { ...picker, isLoading: false } }
				: { ...state, browser: { ...browser, isLoading: false } };
			return say(failed, message, true);
		}
		case 'measured': {
			const items = event.items.map((item) => ({ ...item, stage: stageOf(item) }));
			const measured: WizardState = { ...state, items, itemIndex: 0, isMeasuring: false };
			return items.length === 0 ? say(measured, 'Nothing to make a torrent of', true) : measured;
		}
		case 'measure-failed':
			return say({ ...state, items: [], isMeasuring: false }, event.message, true);
		case 'profiles':
			return withProfiles(state, event.profiles, event.done);
		case 'trackers':
			return say(withTrackers(state, event.trackers), `Trackers of ${event.from}`);
		case 'torrent': {
			const { torrent } = event;
			const shown = withTrackers(state, torrent.trackers);
			return { ...setText(shown, 'comment', textEntry(torrent.comment)), edited: torrent };
		}
		case 'hashing':
			return withStage(state, event.inputPath, { type: 'hashing', progress: event.progress });
		case 'made':
			return withStage(state, event.made.inputPath, { type: 'made', made: event.made });
		case 'make-failed':
			return withStage(state, event.inputPath, { type: 'failed', message: event.message });
		case 'run-over':
			return whenOver(state, event.isStopped);
		case 'failed':
			return say(state, event.message, true);
		default:
			return event satisfies never;
	}
}

/** Puts trackers into the fields; the main one stays out where the lines say it. */
export function withTrackers(state: WizardState, { announce, tiers }: Trackers): WizardState {
	const lines = tiers.length > 0 || announce === undefined ? tiers : [[announce]];
	const isSaid = announce === undefined || lines[0]?.[0] === announce;
	const withMain = setText(state, 'main', textEntry(isSaid ? '' : announce));
	return setText(withMain, 'tiers', textEntry(trackerLines(lines)));
}

function withProfiles(
	state: WizardState,
	profiles: readonly TrackerProfile[],
	done: string | undefined,
): WizardState {
	const profileIndex = Math.max(0, Math.min(state.profileIndex, profiles.length - 1));
	const known = { ...state, profiles, profileIndex };
	if (done !== undefined) return say(known, done);
	const first = profiles.find(({ name }) => name === DEFAULT_PROFILE);
	const isUntouched = state.texts.tiers.text === '' && state.texts.main.text === '';
	return first !== undefined && isUntouched && state.task.type === 'create'
		? withTrackers(known, first.trackers)
		: known;
}

function stageOf({ problem }: PlannedItem): ItemStage {
	return problem === undefined ? { type: 'waiting' } : { type: 'failed', message: problem };
}

function withStage(state: WizardState, inputPath: string, stage: ItemStage): WizardState {
	const items = state.items.map(
		(item): QueueItem => (item.inputPath === inputPath ? { ...item, stage } : item),
	);
	// The item at work is the one in sight.
	const itemIndex =
		stage.type === 'hashing'
			? Math.max(
					0,
					items.findIndex((item) => item.inputPath === inputPath),
				)
			: state.itemIndex;
	return { ...state, items, itemIndex };
}

function whenOver(state: WizardState, isStopped: boolean): WizardState {
	const items = state.items.map(
		(item): QueueItem =>
			item.stage.type === 'hashing' ? { ...item, stage: { type: 'waiting' } } : item,
	);
	const over: WizardState = { ...state, items, run: 'over' };
	const made = madeItems(over);
	const first = items.findIndex(({ stage }) => stage.type === 'made');
	const shown = { ...over, itemIndex: first < 0 ? over.itemIndex : first };
	const count = made.length === 1 ? '1 torrent was made' : `${made.length} torrents were made`;
	const opened = openPage(shown, 'make', made.length > 0 ? 'seed' : 'back');
	if (isStopped) return say(opened, `Stopped; ${count}`);
	const failed = items.length - made.length;
	return say(opened, failed === 0 ? count : `${count}, ${failed} failed`, failed > 0);
}
