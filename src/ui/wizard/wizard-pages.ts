/** From one page of the wizard to the next, and what its buttons do. Pure. */
import { errorMessage } from '../../primitives/app-error.js';
import { readSeedUrls } from '../../tools/announce-plan.js';
import { EMPTY_BROWSER } from './file-browser.js';
import { textEntry } from './text-entry.js';
import { readTrackerLines } from './tracker-lines.js';
import type { Reduced } from './wizard-effect.js';
import { withTrackers } from './wizard-events.js';
import type { MakeRequest, TorrentChanges } from './wizard-port.js';
import {
	type FieldName,
	initialWizard,
	madeItems,
	openPage,
	pieceLengthBytes,
	say,
	setText,
	type WizardState,
} from './wizard-state.js';

type Confirming = WizardState['confirming'];

/** What Enter does on a field; on others, nothing. */
const PRESSES: Readonly<
	Partial<Record<FieldName, (state: WizardState, confirming: Confirming) => Reduced>>
> = {
	next: (state, confirming) => turnPage(state, 1, confirming),
	back: goBack,
	profile: takeProfile,
	'profile-name': saveProfile,
	copy: (state) => ({
		state: { ...state, picker: EMPTY_BROWSER },
		effect: { type: 'list', folder: state.browser.listing?.folder, isPicker: true },
	}),
	make: startMaking,
	stop,
	save: saveChanges,
	seed: (state) => ({ state, effect: { type: 'leave', isSeeding: true } }),
	another: makeAnother,
	close: leave,
	cancel: leave,
};

/** Enter on the field in focus. */
export function pressField(state: WizardState, confirming: Confirming): Reduced {
	return PRESSES[state.focus]?.(state, confirming) ?? { state };
}

/** `^N` and `^P`; Escape is the way back from everywhere. */
export function turnPage(state: WizardState, by: 1 | -1, confirming: Confirming): Reduced {
	if (by === -1) return goBack(state, confirming);
	switch (state.page) {
		case 'files':
			return leaveFiles(state);
		case 'trackers': {
			if (state.task.type === 'edit') return { state: { ...state, focus: 'save' } };
			const { problem } = trackersOf(state);
			return problem === undefined
				? { state: openPage(state, 'options') }
				: { state: { ...say(state, problem, true), focus: 'tiers' } };
		}
		case 'options': {
			const seeds = readSeeds(state);
			return typeof seeds === 'string'
				? { state: { ...say(state, seeds, true), focus: 'web-seeds' } }
				: { state: openPage(state, 'make', 'make') };
		}
		case 'make':
			return { state };
		default:
			return state.page satisfies never;
	}
}

/** What the tracker fields say now. */
export function trackersOf({ texts }: WizardState): ReturnType<typeof readTrackerLines> {
	return readTrackerLines(texts.main.text, texts.tiers.text);
}

function leave(state: WizardState): Reduced {
	return { state, effect: { type: 'leave', isSeeding: false } };
}

function takeProfile(state: WizardState): Reduced {
	const profile = state.profiles[state.profileIndex];
	if (profile === undefined) return { state };
	return { state: say(withTrackers(state, profile.trackers), `Trackers of ${profile.name}`) };
}

/** An empty form with the same trackers; what was made is not forgotten. */
function makeAnother(state: WizardState): Reduced {
	const { browser, profiles, size } = state;
	const fresh = initialWizard({ type: 'create', paths: [], isPerEntry: false }, size);
	const { main, tiers } = state.texts;
	const texts = { ...fresh.texts, main, tiers };
	const madeBefore = [...state.madeBefore, ...madeItems(state)];
	return { state: { ...fresh, profiles, browser, texts, madeBefore } };
}

function leaveFiles(state: WizardState): Reduced {
	const { chosen, isPerEntry } = state;
	if (chosen.length === 0)
		return { state: say(state, 'Choose a file or folder first: Space on its row', true) };
	return {
		state: { ...openPage(state, 'trackers', 'tiers'), items: [], isMeasuring: true },
		effect: { type: 'measure', paths: chosen, isPerEntry },
	};
}

function goBack(state: WizardState, confirming: Confirming): Reduced {
	const { page, run, task } = state;
	if (page === 'options') return { state: openPage(state, 'trackers', 'next') };
	if (page === 'trackers' && task.type === 'create') return { state: openPage(state, 'files') };
	if (page === 'make') {
		if (run === 'running' || run === 'stopping') return stop(state);
		const isMade = state.items.some(({ stage }) => stage.type === 'made');
		if (run === 'ready' || !isMade)
			return { state: openPage({ ...state, run: 'ready' }, 'options', 'next') };
		return leave(state);
	}
	const isTouched = task.type === 'edit' ? hasChanges(state) : state.chosen.length > 0;
	if (!isTouched || confirming === 'leave')
		return { state, effect: { type: 'leave', isSeeding: false } };
	const text = 'Nothing is saved yet; press again to leave';
	return { state: { ...say(state, text), confirming: 'leave' } };
}

function stop(state: WizardState): Reduced {
	return { state: say({ ...state, run: 'stopping' }, 'Stopping…'), effect: { type: 'stop' } };
}

function startMaking(state: WizardState): Reduced {
	if (state.isMeasuring) return { state: say(state, 'Still counting files; a moment') };
	const { plan, problem } = trackersOf(state);
	const seeds = readSeeds(state);
	if (plan === undefined) return { state: say(state, problem ?? '', true) };
	if (typeof seeds === 'string') return { state: say(state, seeds, true) };
	const waiting = state.items.filter(({ problem: why }) => why === undefined);
	if (waiting.length === 0) return { state: say(state, 'Nothing to make', true) };
	const { isForced, isPrivate, texts } = state;
	const requests = waiting.map(
		({ inputPath }): MakeRequest => ({
			inputPath,
			outputFolder: texts.output.text.trim(),
			isForced,
			trackers: plan,
			pieceLengthBytes: pieceLengthBytes(state),
			isPrivate,
			source: texts.source.text.trim(),
			comment: texts.comment.text.trim(),
			...seeds,
		}),
	);
	const running: WizardState = {
		...state,
		run: 'running',
		items: state.items.map((item) =>
			item.problem === undefined ? { ...item, stage: { type: 'waiting' } } : item,
		),
	};
	return { state: openPage(running, 'make', 'stop'), effect: { type: 'make', requests } };
}

/** A text says what is wrong. */
function readSeeds({ texts }: WizardState): string | Pick<MakeRequest, 'httpSeeds' | 'webSeeds'> {
	try {
		return {
			webSeeds: readSeedUrls(texts['web-seeds'].text.split(/\s+/)),
			httpSeeds: readSeedUrls(texts['http-seeds'].text.split(/\s+/)),
		};
	} catch (error) {
		return errorMessage(error);
	}
}

function saveProfile(state: WizardState): Reduced {
	const name = state.texts['profile-name'].text.trim();
	const { plan, problem } = trackersOf(state);
	if (name === '') return { state: say(state, 'Type a name for the profile first', true) };
	if (plan === undefined) return { state: say(state, problem ?? '', true) };
	if (plan.announce === undefined)
		return { state: say(state, 'There is no tracker to save', true) };
	const { announce, tiers } = plan;
	return {
		state: setText(state, 'profile-name', textEntry('')),
		effect: { type: 'save-profile', profile: { name, trackers: { announce, tiers } } },
	};
}

function saveChanges(state: WizardState): Reduced {
	const { task } = state;
	if (task.type !== 'edit' || state.edited === undefined)
		return { state: say(state, 'The file was not read yet', true) };
	const { plan, problem } = trackersOf(state);
	const isTrackers = haveTrackersChanged(state);
	if (isTrackers && plan === undefined) return { state: say(state, problem ?? '', true) };
	const changes: TorrentChanges = {
		...(isTrackers && plan !== undefined ? { trackers: plan } : {}),
		...(hasCommentChanged(state) ? { comment: state.texts.comment.text.trim() } : {}),
	};
	if (Object.keys(changes).length === 0)
		return { state, effect: { type: 'leave', isSeeding: false } };
	const { torrentPath } = task;
	return { state: say(state, 'Saving…'), effect: { type: 'change-torrent', torrentPath, changes } };
}

function hasChanges(state: WizardState): boolean {
	return state.edited !== undefined && (haveTrackersChanged(state) || hasCommentChanged(state));
}

function haveTrackersChanged(state: WizardState): boolean {
	if (state.edited === undefined) return false;
	const before = withTrackers(state, state.edited.trackers).texts;
	const { main, tiers } = state.texts;
	return main.text !== before.main.text || tiers.text !== before.tiers.text;
}

function hasCommentChanged({ edited, texts }: WizardState): boolean {
	return edited !== undefined && texts.comment.text !== edited.comment;
}
