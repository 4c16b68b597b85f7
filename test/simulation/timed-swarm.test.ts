/** How near a swarm of our pickers and chokers comes to the best there could be. */
import test from 'ava';
import { layoutOf, seededRandom } from '../piece-picker/picker-fixture.js';
import type { TimedPeer, TimedPlan } from './timed-peer.js';
import { TimedSwarm } from './timed-swarm.js';

const MIB = 2 ** 20;

function leecher(uploadBytesPerSecond: number): TimedPlan {
	return { isSeed: false, uploadBytesPerSecond, uploadSlots: 20 };
}

function swarmOf(seed: number, uplinks: readonly number[]): TimedSwarm {
	return new TimedSwarm(
		layoutOf(128, 16),
		[{ ...leecher(4 * MIB), isSeed: true }, ...uplinks.map(leecher)],
		{ random: seededRandom(seed), maxLinks: 80 },
	);
}

function meanSeconds(peers: readonly TimedPeer[]): number {
	return peers.reduce((sum, peer) => sum + (peer.completedAtMs ?? 0), 0) / peers.length / 1000;
}

test('one seed and ten leechers need little more than the ideal time, and little comes twice', (t) => {
	for (const seed of [1, 2, 3]) {
		const swarm = swarmOf(seed, Array<number>(10).fill(MIB));
		const neededMs = swarm.run(swarm.idealMs * 3);
		t.true(swarm.isComplete);
		t.true(neededMs < swarm.idealMs * 1.25, `${(neededMs / swarm.idealMs).toFixed(2)} x ideal`);
		const sum = (read: (peer: TimedPeer) => number): number =>
			swarm.leechers.reduce((total, peer) => total + read(peer), 0);
		const waste = sum((peer) => peer.wastedBytes) / sum((peer) => peer.receivedBytes);
		t.true(waste < 0.03, `${(waste * 100).toFixed(1)} % came twice`);
	}
});

test('the seed sends hardly more than one copy of what leechers can pass on', (t) => {
	const swarm = swarmOf(4, Array<number>(10).fill(8 * MIB));
	swarm.run(swarm.idealMs * 4);
	t.true(swarm.isComplete);
	const [seed] = swarm.peers;
	const copies = (seed?.sentBytes ?? 0) / (128 * 16 * 16_384);
	t.true(copies < 2, `${copies.toFixed(2)} copies`);
});

test('who uploads more is not done later', (t) => {
	const swarm = swarmOf(
		5,
		Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? MIB / 2 : 2 * MIB)),
	);
	swarm.run(swarm.idealMs * 4);
	t.true(swarm.isComplete);
	const fast = swarm.leechers.filter(({ plan }) => plan.uploadBytesPerSecond > MIB);
	const slow = swarm.leechers.filter(({ plan }) => plan.uploadBytesPerSecond < MIB);
	t.true(meanSeconds(fast) <= meanSeconds(slow) * 1.02);
});
