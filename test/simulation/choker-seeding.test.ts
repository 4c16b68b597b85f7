/** A seeder's choker on a virtual clock: everybody is served, and evenly. */
import test from 'ava';
import fc from 'fast-check';
import { Choker } from '../../src/choker/choker.js';
import { seededRandom } from '../choker/candidate.js';

const ROUND_MS = 10_000;

interface VirtualPeer {
	readonly key: number;
	/** Bytes per second its line takes. */
	readonly capacity: number;
	readonly joinedAtMs: number;
	isUnchoked: boolean;
	unchokedAtMs: number;
	sinceUnchokeBytes: number;
	totalBytes: number;
	turns: number;
	rate: number;
	/** Longest time without a slot, in ms; the running wait began at `waitingFromMs`. */
	longestWaitMs: number;
	waitingFromMs: number;
}

function makePeer(key: number, capacity: number, joinedAtMs = 0): VirtualPeer {
	return {
		key,
		capacity,
		joinedAtMs,
		isUnchoked: false,
		unchokedAtMs: 0,
		sinceUnchokeBytes: 0,
		totalBytes: 0,
		turns: 0,
		rate: 0,
		longestWaitMs: 0,
		waitingFromMs: joinedAtMs,
	};
}

/** One round: plan, apply, and ten seconds of sending at an even share of `uplink`. */
function runRound(
	choker: Choker<number>,
	peers: readonly VirtualPeer[],
	options: { slots: number; uplink: number; nowMs: number },
): void {
	const { slots, uplink, nowMs } = options;
	const { unchoked } = choker.plan(
		peers.map((peer) => ({
			key: peer.key,
			isInterested: true,
			isUnchoked: peer.isUnchoked,
			isSnubbed: false,
			downloadRate: 0,
			uploadRate: peer.rate,
			connectedForMs: nowMs - peer.joinedAtMs,
			uploadedSinceUnchokeBytes: peer.sinceUnchokeBytes,
			unchokedForMs: peer.isUnchoked ? nowMs - peer.unchokedAtMs : 0,
		})),
		{ slots, isSeeding: true, nowMs },
	);
	const share = uplink / Math.max(1, unchoked.size);
	for (const peer of peers) {
		const isUnchoked = unchoked.has(peer.key);
		if (isUnchoked && !peer.isUnchoked) {
			peer.turns++;
			peer.unchokedAtMs = nowMs;
			peer.sinceUnchokeBytes = 0;
			peer.longestWaitMs = Math.max(peer.longestWaitMs, nowMs - peer.waitingFromMs);
		}
		if (!isUnchoked && peer.isUnchoked) peer.waitingFromMs = nowMs;
		peer.isUnchoked = isUnchoked;
		peer.rate = isUnchoked ? Math.min(share, peer.capacity) : 0;
		peer.sinceUnchokeBytes += (peer.rate * ROUND_MS) / 1000;
		peer.totalBytes += (peer.rate * ROUND_MS) / 1000;
	}
}

test('forty equal peers on four slots get the same within a tenth in three hours', (t) => {
	const choker = new Choker<number>({ random: seededRandom(1) });
	const peers = Array.from({ length: 40 }, (_, key) => makePeer(key, 1_000_000));
	for (let nowMs = 0; nowMs < 3 * 3_600_000; nowMs += ROUND_MS) {
		runRound(choker, peers, { slots: 4, uplink: 400_000, nowMs });
	}
	const totals = peers.map(({ totalBytes }) => totalBytes);
	t.true(
		Math.min(...totals) >= 0.9 * Math.max(...totals),
		`${Math.min(...totals)} to ${Math.max(...totals)}`,
	);
});

test('nobody waits longer than one turn of everybody else', (t) => {
	const choker = new Choker<number>({ random: seededRandom(1) });
	const peers = Array.from({ length: 40 }, (_, key) => makePeer(key, 1_000_000));
	for (let nowMs = 0; nowMs < 3 * 3_600_000; nowMs += ROUND_MS) {
		runRound(choker, peers, { slots: 4, uplink: 400_000, nowMs });
	}
	// 36 others in nine batches of a minute
	for (const peer of peers) t.true(peer.longestWaitMs <= 9 * 60_000, `${peer.longestWaitMs}`);
});

test('fast peers take more in their turns, slow ones come round nearly as often', (t) => {
	const choker = new Choker<number>({ random: seededRandom(1) });
	const peers = Array.from({ length: 20 }, (_, key) =>
		makePeer(key, key < 10 ? 5_000_000 : 50_000),
	);
	for (let nowMs = 0; nowMs < 3_600_000; nowMs += ROUND_MS) {
		runRound(choker, peers, { slots: 4, uplink: 8_000_000, nowMs });
	}
	const fast = peers.slice(0, 10);
	const slow = peers.slice(10);
	const least = Math.min(...fast.map(({ totalBytes }) => totalBytes));
	t.true(least > 10 * Math.max(...slow.map(({ totalBytes }) => totalBytes)));
	const turns = peers.map((peer) => peer.turns);
	t.true(Math.min(...turns) >= 0.7 * Math.max(...turns), turns.join(' '));
});

test('slots do not flap: a turn lasts at least twenty seconds', (t) => {
	const choker = new Choker<number>({ random: seededRandom(1) });
	const peers = Array.from({ length: 12 }, (_, key) => makePeer(key, 50_000_000));
	for (let nowMs = 0; nowMs < 1_800_000; nowMs += ROUND_MS) {
		const before = peers.filter(({ isUnchoked }) => isUnchoked);
		runRound(choker, peers, { slots: 3, uplink: 100_000_000, nowMs });
		const ended = before.filter(({ isUnchoked }) => !isUnchoked);
		for (const peer of ended) t.true(nowMs - peer.unchokedAtMs >= 20_000);
	}
	t.true(peers.every(({ turns }) => turns > 5));
});

test('a crowd of newcomers does not push anybody out of the queue', (t) => {
	const choker = new Choker<number>({ random: seededRandom(1) });
	const stayers = Array.from({ length: 10 }, (_, key) => makePeer(key, 100_000));
	let visitors: VirtualPeer[] = [];
	let nextKey = 1000;
	for (let nowMs = 0; nowMs < 3_600_000; nowMs += ROUND_MS) {
		// One joins in every round and leaves two minutes later.
		visitors = visitors.filter(({ joinedAtMs }) => nowMs - joinedAtMs < 120_000);
		visitors.push(makePeer(nextKey++, 100_000, nowMs));
		runRound(choker, [...stayers, ...visitors], { slots: 4, uplink: 400_000, nowMs });
	}
	for (const peer of stayers) t.true(peer.turns >= 8, `${peer.turns} turns`);
});

test('whatever the lines and slots, every interested peer is served within one cycle', (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 25 }),
			fc.integer({ min: 1, max: 8 }),
			fc.nat(),
			(capacities, slots, seed) => {
				const choker = new Choker<number>({ random: seededRandom(seed) });
				const peers = capacities.map((capacity, key) => makePeer(key, capacity));
				const cycleMs = Math.ceil(peers.length / slots) * 60_000;
				for (let nowMs = 0; nowMs <= cycleMs; nowMs += ROUND_MS) {
					runRound(choker, peers, { slots, uplink: 10_000_000, nowMs });
				}
				t.true(peers.every(({ turns }) => turns > 0));
			},
		),
		{ numRuns: 60 },
	);
});
