import test from 'ava';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import { planQueue, type QueueEntry, type QueueLimits } from '../../src/session/queue.js';
import { reachedSeedGoal } from '../../src/session/seed-goals.js';
import type { TorrentState } from '../../src/session/snapshot.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const TORRENTS = 500;
const LIMITS: QueueLimits = { activeDownloads: 5, activeSeeds: 10, activeChecks: 1 };
const GOALS = { ratio: 0, seedMs: 600_000, idleMs: 0 };
const STALL_MS = 60_000;
const TICK_MS = 1000;

/** One simulated torrent; every tenth finds no peer for its first ten minutes of downloading. */
class SimulatedTorrent {
	readonly infohash: Infohash;
	readonly volume: string;
	readonly #hasLatePeers: boolean;
	state: TorrentState = 'queued';
	checkLeftMs = 5000;
	downloadLeftMs: number;
	activeMs = 0;
	uselessMs = 0;
	seedMs = 0;
	stops = 0;

	constructor(n: number) {
		this.infohash = parseInfohash(n.toString(16).padStart(40, '0'))!;
		this.volume = n % 2 === 0 ? 'x' : 'y';
		this.#hasLatePeers = n % 10 === 9;
		this.downloadLeftMs = n % 5 === 0 ? 0 : 30_000 + (n % 7) * 10_000;
	}

	get isStalled(): boolean {
		return this.state === 'downloading' && this.uselessMs > STALL_MS;
	}

	live(ms: number): void {
		if (this.state === 'checking') this.checkLeftMs -= ms;
		if (this.state === 'seeding') this.seedMs += ms;
		if (this.state !== 'downloading') return;
		this.activeMs += ms;
		if (this.#hasLatePeers && this.activeMs < 600_000) this.uselessMs += ms;
		else {
			this.uselessMs = 0;
			this.downloadLeftMs -= ms;
		}
	}

	entry(position: number): QueueEntry {
		const { seedMs } = this;
		const progress = { uploadedBytes: 0, downloadedBytes: 0, totalBytes: 1, seedMs, idleMs: 0 };
		return {
			infohash: this.infohash,
			position,
			volume: this.volume,
			isPaused: false,
			hasProblem: false,
			needsCheck: this.checkLeftMs > 0,
			isComplete: this.downloadLeftMs <= 0,
			isStalled: this.isStalled,
			isSeedGoalReached: reachedSeedGoal(progress, GOALS) !== undefined,
			current: this.state,
		};
	}

	become(state: TorrentState): void {
		if (this.state === 'downloading' && state === 'queued' && this.downloadLeftMs > 0) {
			this.stops++;
			this.uselessMs = 0;
		}
		this.state = state;
	}
}

test('five hundred torrents are checked, downloaded and seeded to their goal under all limits', (t) => {
	const clock = new VirtualClock();
	const torrents = Array.from({ length: TORRENTS }, (_, n) => new SimulatedTorrent(n));
	const checkOrder: SimulatedTorrent[] = [];
	let brokenLimits = 0;
	let idleTicks = 0;
	clock.every(TICK_MS, () => {
		for (const torrent of torrents) torrent.live(TICK_MS);
		const plan = planQueue(
			torrents.map((torrent, position) => torrent.entry(position)),
			LIMITS,
		);
		for (const torrent of torrents) {
			const state = plan.get(torrent.infohash)!;
			if (state === 'checking' && torrent.state !== 'checking') checkOrder.push(torrent);
			torrent.become(state);
		}
		const count = (
			state: TorrentState,
			counts: (torrent: SimulatedTorrent) => boolean = () => true,
		): number => torrents.filter((each) => each.state === state && counts(each)).length;
		const downloads = count('downloading', (each) => !each.isStalled);
		const isBroken =
			downloads > LIMITS.activeDownloads ||
			count('seeding') > LIMITS.activeSeeds ||
			count('checking', (each) => each.volume === 'x') > LIMITS.activeChecks ||
			count('checking', (each) => each.volume === 'y') > LIMITS.activeChecks;
		if (isBroken) brokenLimits++;
		const canDownload = count('queued', (each) => each.checkLeftMs <= 0 && each.downloadLeftMs > 0);
		if (downloads < LIMITS.activeDownloads && canDownload > 0) idleTicks++;
	});
	for (let hours = 0; hours < 24 && torrents.some((each) => each.state !== 'finished'); hours++)
		clock.advance(3_600_000);

	t.true(torrents.every((each) => each.state === 'finished'));
	t.is(brokenLimits, 0);
	t.is(idleTicks, 0);
	for (const volume of ['x', 'y']) {
		const order = checkOrder.filter((each) => each.volume === volume);
		t.deepEqual(
			order,
			torrents.filter((each) => each.volume === volume),
			'checks in queue order',
		);
	}
	const stops = torrents.reduce((sum, each) => sum + each.stops, 0);
	// Only a stalled torrent that moves again may push another one out, once each.
	t.true(stops <= TORRENTS / 10, `${stops} downloads were stopped`);
});
