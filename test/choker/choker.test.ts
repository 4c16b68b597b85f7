import test from 'ava';
import fc from 'fast-check';
import { Choker } from '../../src/choker/choker.js';
import { candidate, seededRandom } from './candidate.js';

const leeching = { slots: 3, isSeeding: false, nowMs: 0 };
const seeding = { slots: 2, isSeeding: true, nowMs: 0 };

function makeChoker(): Choker<string> {
	return new Choker<string>({ random: seededRandom(1) });
}

function sorted(keys: ReadonlySet<string>): string[] {
	return [...keys].toSorted();
}

function servedAfter(unchokedForMs: number): string[] {
	const peers = [
		candidate('old', { isUnchoked: true, unchokedForMs }),
		candidate('young', { isUnchoked: true, unchokedForMs: 10_000 }),
		candidate('waiting'),
	];
	return sorted(makeChoker().plan(peers, seeding).unchoked);
}

function servedAfterSending(unchokedForMs: number): string[] {
	const peers = [
		candidate('fast', { isUnchoked: true, unchokedForMs, uploadedSinceUnchokeBytes: 50_000_000 }),
		candidate('slow', { isUnchoked: true, unchokedForMs, uploadedSinceUnchokeBytes: 50_000 }),
		candidate('waiting'),
	];
	return sorted(makeChoker().plan(peers, seeding).unchoked);
}

function crowd(uploadRate: number): ReturnType<typeof candidate>[] {
	return Array.from({ length: 60 }, (_, i) => candidate(`p${i}`, { uploadRate }));
}

test('while leeching, all slots but one go to the peers that give most', (t) => {
	const peers = [
		candidate('slow', { downloadRate: 10_000 }),
		candidate('best', { downloadRate: 90_000 }),
		candidate('good', { downloadRate: 50_000 }),
		candidate('none'),
	];
	const plan = makeChoker().plan(peers, leeching);
	t.true(plan.unchoked.has('best'));
	t.true(plan.unchoked.has('good'));
	t.is(plan.unchoked.size, 3);
	t.true(plan.optimistic === 'slow' || plan.optimistic === 'none');
});

test('a peer that is not interested gets no slot, however much it gives', (t) => {
	const peers = [
		candidate('giver', { downloadRate: 90_000, isInterested: false, isUnchoked: true }),
		candidate('taker'),
	];
	t.deepEqual(sorted(makeChoker().plan(peers, leeching).unchoked), ['taker']);
	t.deepEqual(sorted(makeChoker().plan(peers, seeding).unchoked), ['taker']);
});

test('a snubbed peer takes no slot from others, even when it gave most', (t) => {
	const choker = makeChoker();
	const peers = ['a', 'b', 'c', 'd', 'e'].map((key) => candidate(key, { downloadRate: 1000 }));
	peers.push(candidate('snubbed', { downloadRate: 90_000, isSnubbed: true, isUnchoked: true }));
	for (let nowMs = 0; nowMs < 600_000; nowMs += 10_000) {
		const { unchoked, optimistic } = choker.plan(peers, { ...leeching, nowMs });
		t.true(!unchoked.has('snubbed') || optimistic === 'snubbed');
	}
});

test('a snubbed peer gets its chance in the optimistic slot', (t) => {
	const choker = makeChoker();
	const peers = ['a', 'b', 'c', 'd', 'e'].map((key) => candidate(key, { downloadRate: 1000 }));
	peers.push(candidate('snubbed', { isSnubbed: true }));
	const chosen = new Set<string | undefined>();
	for (let nowMs = 0; nowMs < 1_200_000; nowMs += 10_000) {
		chosen.add(choker.plan(peers, { ...leeching, nowMs }).optimistic);
	}
	t.true(chosen.has('snubbed'));
});

test('slots that nobody else wants are not left idle when only snubbed peers want them', (t) => {
	const peers = ['a', 'b', 'c'].map((key) => candidate(key, { isSnubbed: true }));
	t.is(makeChoker().plan(peers, leeching).unchoked.size, 3);
});

test('a challenger that gives a little more does not push out a present peer, one that gives much more does', (t) => {
	const options = { ...leeching, slots: 2 };
	const present = candidate('present', { downloadRate: 10_000, isUnchoked: true });
	for (const [rate, expected] of [
		[12_000, 'present'],
		[13_000, 'challenger'],
	] as const) {
		const plan = makeChoker().plan(
			[present, candidate('challenger', { downloadRate: rate })],
			options,
		);
		const regular = [...plan.unchoked].filter((key) => key !== plan.optimistic);
		t.deepEqual(regular, [expected]);
	}
});

test('while seeding, a peer keeps its slot for a minute and then goes behind those who wait', (t) => {
	t.deepEqual(servedAfter(50_000), ['old', 'young']);
	t.deepEqual(servedAfter(60_000), ['waiting', 'young']);
});

test('while seeding, a fast peer has its share earlier, but never under twenty seconds', (t) => {
	t.deepEqual(servedAfterSending(10_000), ['fast', 'slow']);
	t.deepEqual(servedAfterSending(20_000), ['slow', 'waiting']);
});

test('while seeding, nobody is choked when nobody waits', (t) => {
	const peers = ['a', 'b'].map((key) => {
		return candidate(key, { isUnchoked: true, unchokedForMs: 3_600_000 });
	});
	t.deepEqual(sorted(makeChoker().plan(peers, seeding).unchoked), ['a', 'b']);
});

test('while seeding, the peer that waited longest is next, and the faster of two that waited as long', (t) => {
	const options = { ...seeding, slots: 1 };
	const older = candidate('older', { connectedForMs: 50_000 });
	const newer = candidate('newer', { connectedForMs: 20_000, uploadRate: 9000 });
	t.deepEqual(sorted(makeChoker().plan([newer, older], options).unchoked), ['older']);
	const twin = candidate('twin', { connectedForMs: 50_000, uploadRate: 1 });
	t.deepEqual(sorted(makeChoker().plan([newer, older, twin], options).unchoked), ['twin']);
});

test('a peer that comes back is a new peer: a lost connection does not keep its place', (t) => {
	const choker = makeChoker();
	const options = { ...seeding, slots: 1 };
	const busy = candidate('busy', { isUnchoked: true, unchokedForMs: 10_000 });
	choker.plan([busy, candidate('back', { connectedForMs: 500_000 })], options);
	choker.plan([busy], { ...options, nowMs: 10_000 });
	const served = { ...busy, unchokedForMs: 70_000 };
	const back = candidate('back', { connectedForMs: 1000 });
	const other = candidate('other', { connectedForMs: 30_000 });
	const plan = choker.plan([served, back, other], { ...options, nowMs: 70_000 });
	t.deepEqual(sorted(plan.unchoked), ['other']);
});

test('with slots left to choice, a small seeder serves eight and a fast one more', (t) => {
	const options = { ...seeding, slots: 0 };
	t.is(makeChoker().plan(crowd(0), options).unchoked.size, 8);
	// 60 x 100 kB/s
	t.is(makeChoker().plan(crowd(100_000), options).unchoked.size, 60);
});

test('a single slot while leeching goes round', (t) => {
	const choker = makeChoker();
	const peers = ['a', 'b', 'c'].map((key) => candidate(key));
	const served = new Set<string>();
	for (let nowMs = 0; nowMs < 600_000; nowMs += 10_000) {
		const { unchoked } = choker.plan(peers, { slots: 1, isSeeding: false, nowMs });
		t.is(unchoked.size, 1);
		for (const key of unchoked) served.add(key);
	}
	t.is(served.size, 3);
});

test('a torrent without peers has an empty plan', (t) => {
	t.deepEqual(makeChoker().plan([], leeching), { unchoked: new Set(), optimistic: undefined });
	t.deepEqual(makeChoker().plan([], seeding), { unchoked: new Set(), optimistic: undefined });
});

test('whoever the peers are, slots are all used and never exceeded, and only by interested peers', (t) => {
	const peer = fc.record({
		isInterested: fc.boolean(),
		isUnchoked: fc.boolean(),
		isSnubbed: fc.boolean(),
		downloadRate: fc.oneof(fc.constant(0), fc.nat(10_000_000), fc.constant(Number.NaN)),
		uploadRate: fc.nat(10_000_000),
		connectedForMs: fc.nat(10_000_000),
		uploadedSinceUnchokeBytes: fc.nat(100_000_000),
		unchokedForMs: fc.nat(200_000),
	});
	const round = fc.record({
		peers: fc.array(peer, { maxLength: 20 }),
		slots: fc.integer({ min: 1, max: 12 }),
		isSeeding: fc.boolean(),
		stepMs: fc.nat(60_000),
	});
	fc.assert(
		fc.property(fc.array(round, { maxLength: 8 }), fc.nat(), (rounds, seed) => {
			const choker = new Choker<string>({ random: seededRandom(seed) });
			let nowMs = 0;
			for (const { peers, slots, isSeeding, stepMs } of rounds) {
				const candidates = peers.map((fields, i) => candidate(`p${i}`, fields));
				const plan = choker.plan(candidates, { slots, isSeeding, nowMs });
				nowMs += stepMs;
				const interested = candidates.filter(({ isInterested }) => isInterested);
				t.is(plan.unchoked.size, Math.min(slots, interested.length));
				t.true([...plan.unchoked].every((key) => interested.some((one) => one.key === key)));
				t.true(plan.optimistic === undefined || plan.unchoked.has(plan.optimistic));
				if (!isSeeding && interested.length >= slots) t.not(plan.optimistic, undefined);
			}
		}),
		{ numRuns: 200 },
	);
});
