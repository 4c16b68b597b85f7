/** What the dashboard is told of 10,000 torrents when 10 changed. */

import type { Infohash } from '../../../src/primitives/infohash.js';
import type { SessionSnapshot, TorrentSnapshot } from '../../../src/session/snapshot.js';
import type * as deltaExports from '../../../src/session/snapshot-delta.js';
import type { Figures } from '../../rounds/bench-plan.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Delta = typeof deltaExports;

const TORRENTS = 10_000;
const CHANGED = 10;

export const snapshotMicro: MicroCase = {
	name: 'snapshot',
	title: '10,000 torrents, 10 of them changed',
	figures: [
		{ name: 'delta', title: 'differences found', unit: 'per s', better: 'higher' },
		{ name: 'apply', title: 'differences applied', unit: 'per s', better: 'higher' },
		{ name: 'clone', title: 'differences copied to a thread', unit: 'per s', better: 'higher' },
		{
			name: 'moved',
			title: 'differences after one torrent moved',
			unit: 'per s',
			better: 'higher',
		},
	],
	variants: { btmany: measure },
};

async function measure(budgetMs: number): Promise<Figures> {
	const { applyDelta, snapshotDelta } = await underTest<Delta>('session/snapshot-delta.js');
	const before = snapshotOf(Array.from({ length: TORRENTS }, (_, i) => torrentOf(i, 0)));
	const after = snapshotOf(
		before.torrents.map((torrent, i) =>
			i % (TORRENTS / CHANGED) === 0 ? torrentOf(i, 5000) : torrent,
		),
	);
	const [first, ...others] = after.torrents;
	const moved = snapshotOf(first === undefined ? others : [...others, first]);
	const delta = snapshotDelta(before, after);
	if (delta.changed.length !== CHANGED) throw new Error(`${delta.changed.length} changed`);
	return {
		delta: repeat(budgetMs, () => snapshotDelta(before, after)),
		apply: repeat(budgetMs, () => applyDelta(before, delta)),
		clone: repeat(budgetMs, () => structuredClone(delta)),
		moved: repeat(budgetMs, () => applyDelta(before, snapshotDelta(before, moved))),
	};
}

function repeat(budgetMs: number, work: () => unknown): number {
	return perSecond(
		budgetMs,
		() => undefined,
		() => {
			for (let i = 0; i < 10; i++) work();
			return 10;
		},
	);
}

function torrentOf(index: number, rate: number): TorrentSnapshot {
	return {
		infohash: index.toString(16).padStart(40, '0') as Infohash,
		name: `Some name of a torrent ${index}`,
		state: 'seeding',
		queuePosition: index,
		totalBytes: 1e9 + index,
		wantedBytes: 1e9 + index,
		doneBytes: 1e9 + index,
		progress: 1,
		downloadRate: 0,
		uploadRate: rate,
		downloadedBytes: 1e9,
		uploadedBytes: 2e9 + rate,
		wastedBytes: 0,
		ratio: 2,
		etaSeconds: undefined,
		peers: 3,
		seeds: 0,
		swarmSeeds: 10,
		swarmPeers: 20,
		availability: 1,
		problem: undefined,
		trackerMessage: undefined,
		trackerHost: 'tracker.example',
		nextAnnounceSeconds: 1200,
		isPrivate: false,
		isSequential: false,
		addedAtMs: 1_700_000_000_000,
		completedAtMs: 1_700_000_100_000,
		torrentPath: `/torrents/${index}.torrent`,
		savePath: `/downloads/${index}`,
	};
}

function snapshotOf(torrents: readonly TorrentSnapshot[]): SessionSnapshot {
	return {
		revision: 1,
		atMs: 1_700_000_000_000,
		torrents,
		downloadRate: 0,
		uploadRate: 0,
		downloadLimit: 0,
		uploadLimit: 0,
		port: 6881,
		diskFreeBytes: 1e12,
		notices: [],
		// Copied as a whole; what is in it does not matter here.
		stats: {} as SessionSnapshot['stats'],
	};
}
