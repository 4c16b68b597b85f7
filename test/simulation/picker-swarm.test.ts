import test from 'ava';
import { layoutOf, seededRandom } from '../piece-picker/picker-fixture.js';
import { VirtualSwarm } from './picker-swarm.js';

const PIECES = 60;
const BLOCKS = 4;

function swarmOf(seed: number, leechers: number, randomFirstPieces?: number): VirtualSwarm {
	const swarm = new VirtualSwarm(layoutOf(PIECES, BLOCKS), seededRandom(seed), randomFirstPieces);
	swarm.join({ isSeed: true, uploadBlocks: 8 });
	for (let i = 0; i < leechers; i++) swarm.join({ uploadBlocks: 4 });
	return swarm;
}

test('twenty peers and one seed all get everything, and little arrives twice', (t) => {
	for (const seed of [1, 2, 3]) {
		const swarm = swarmOf(seed, 20);
		const rounds = swarm.run(2000);
		t.true(swarm.isComplete, `not complete after ${rounds} rounds`);
		const leechers = swarm.peers.slice(1);
		const wasted = leechers.reduce((sum, peer) => sum + peer.wastedBlocks, 0);
		const needed = leechers.length * PIECES * BLOCKS;
		t.true(wasted / needed < 0.08, `${((wasted * 100) / needed).toFixed(1)} % wasted`);
		t.true(rounds < 130, `${rounds} rounds`);
	}
});

test('when every piece is out, the seed may leave and all others still get everything', (t) => {
	const swarm = swarmOf(4, 12);
	const [seed] = swarm.peers;
	if (seed === undefined) return t.fail();
	const pieces = Array.from({ length: PIECES }, (_, piece) => piece);
	while (!pieces.every((piece) => seed.picker.availability(piece) > 0)) swarm.round();
	t.true(swarm.peers.slice(1).every((peer) => !peer.picker.isComplete));
	swarm.leave(seed);
	swarm.run(1000);
	t.true(swarm.isComplete);
	t.is(swarm.peers.length, 12);
});

/** Copies a fast seed sends to slow leechers until every piece is out. */
function sentFor(randomFirstPieces: number): number {
	const layout = layoutOf(300, 2);
	const swarm = new VirtualSwarm(layout, seededRandom(5), randomFirstPieces);
	const seed = swarm.join({ isSeed: true, uploadBlocks: 20 });
	for (let i = 0; i < 20; i++) swarm.join({ uploadBlocks: 1 });
	const isOut = (piece: number): boolean => seed.picker.availability(piece) > 0;
	const pieces = Array.from({ length: 300 }, (_, piece) => piece);
	for (let rounds = 0; rounds < 500 && !pieces.every(isOut); rounds++) swarm.round();
	return seed.sentBlocks / 600;
}

test('with rarest first a seed has to send far less than at random before all pieces are out', (t) => {
	const rarest = sentFor(1);
	const random = sentFor(300);
	t.true(rarest < random * 0.6, `${rarest.toFixed(2)} copies against ${random.toFixed(2)}`);
});

test('a peer that sends nothing does not hold up the others at the end', (t) => {
	const swarm = swarmOf(8, 5);
	swarm.join({ isSeed: true, uploadBlocks: 0, isSnubbed: true });
	swarm.join({ isSeed: true, uploadBlocks: 0 });
	swarm.run(1000);
	t.true(swarm.isComplete);
});
