/** A swarm of leechers, each with its own choker, on a virtual clock: giving pays. */
import test from 'ava';
import { type ChokePlan, Choker } from '../../src/choker/choker.js';
import { RateMeter } from '../../src/primitives/rate-meter.js';
import { seededRandom } from '../choker/candidate.js';

const ROUND_MS = 10_000;
const SNUBBED_AFTER_MS = 60_000;

interface Leecher {
	readonly key: number;
	/** Bytes per second. */
	readonly uplink: number;
	readonly choker: Choker<number>;
	readonly unchokedAtMs: Map<number, number>;
	/** What each other peer gave us. */
	readonly received: Map<number, RateMeter>;
	readonly lastReceivedMs: Map<number, number>;
	totalBytes: number;
}

/** Everybody has something for everybody else, all the time. */
function runSwarm(uplinks: readonly number[], durationMs: number, slots: number): Leecher[] {
	const leechers = uplinks.map(
		(uplink, key): Leecher => ({
			key,
			uplink,
			choker: new Choker<number>({ random: seededRandom(key + 1) }),
			unchokedAtMs: new Map(),
			received: new Map(),
			lastReceivedMs: new Map(),
			totalBytes: 0,
		}),
	);
	for (let nowMs = 0; nowMs < durationMs; nowMs += ROUND_MS) {
		for (const leecher of leechers)
			applyPlan(leecher, planOf(leecher, leechers, slots, nowMs), nowMs);
		for (const leecher of leechers) send(leecher, leechers, nowMs);
	}
	return leechers;
}

function planOf(
	leecher: Leecher,
	leechers: readonly Leecher[],
	slots: number,
	nowMs: number,
): ChokePlan<number> {
	// Each met the others in another order.
	const others = [...leechers.slice(leecher.key + 1), ...leechers.slice(0, leecher.key)];
	const candidates = others.map((other) => ({
		key: other.key,
		isInterested: true,
		isUnchoked: leecher.unchokedAtMs.has(other.key),
		isSnubbed: nowMs - (leecher.lastReceivedMs.get(other.key) ?? 0) > SNUBBED_AFTER_MS,
		downloadRate: leecher.received.get(other.key)?.rate(nowMs) ?? 0,
		uploadRate: other.received.get(leecher.key)?.rate(nowMs) ?? 0,
		connectedForMs: nowMs,
		uploadedSinceUnchokeBytes: 0,
		unchokedForMs: nowMs - (leecher.unchokedAtMs.get(other.key) ?? nowMs),
	}));
	return leecher.choker.plan(candidates, { slots, isSeeding: false, nowMs });
}

function applyPlan(leecher: Leecher, plan: ChokePlan<number>, nowMs: number): void {
	for (const key of leecher.unchokedAtMs.keys()) {
		if (!plan.unchoked.has(key)) leecher.unchokedAtMs.delete(key);
	}
	for (const key of plan.unchoked) {
		if (!leecher.unchokedAtMs.has(key)) leecher.unchokedAtMs.set(key, nowMs);
	}
}

function send(from: Leecher, leechers: readonly Leecher[], nowMs: number): void {
	if (from.uplink === 0) return;
	const bytesPerSecond = from.uplink / Math.max(1, from.unchokedAtMs.size);
	for (const key of from.unchokedAtMs.keys()) {
		const to = leechers[key];
		if (to === undefined) continue;
		const meter = to.received.get(from.key) ?? new RateMeter(20_000);
		to.received.set(from.key, meter);
		for (let ms = 0; ms < ROUND_MS; ms += 1000) meter.add(bytesPerSecond, nowMs + ms);
		to.lastReceivedMs.set(from.key, nowMs + ROUND_MS - 1000);
		to.totalBytes += (bytesPerSecond * ROUND_MS) / 1000;
	}
}

function mean(leechers: readonly Leecher[]): number {
	return leechers.reduce((sum, { totalBytes }) => sum + totalBytes, 0) / leechers.length;
}

test('peers that give more get more, and takers get least', (t) => {
	const uplinks = [
		...Array<number>(8).fill(400_000),
		...Array<number>(8).fill(100_000),
		...Array<number>(4).fill(0),
	];
	const leechers = runSwarm(uplinks, 1_200_000, 4);
	const [fast, slow, takers] = [leechers.slice(0, 8), leechers.slice(8, 16), leechers.slice(16)];
	const rates = `${mean(fast)} ${mean(slow)} ${mean(takers)}`;
	t.true(mean(fast) > 2 * mean(slow), rates);
	t.true(mean(slow) > 1.2 * mean(takers), rates);
	t.true(mean(takers) > 0, 'the optimistic slot reaches even those');
});

test('equal peers get the same within a fifth', (t) => {
	const leechers = runSwarm(Array<number>(10).fill(200_000), 1_200_000, 4);
	const totals = leechers.map(({ totalBytes }) => totalBytes);
	t.true(Math.min(...totals) > 0.8 * Math.max(...totals), totals.join(' '));
});

test('two strangers with empty hands find each other', (t) => {
	const leechers = runSwarm([100_000, 100_000], 60_000, 4);
	for (const { totalBytes } of leechers) t.is(totalBytes, 100_000 * 60);
});
