import test from 'ava';
import { layoutOf, seededRandom } from '../piece-picker/picker-fixture.js';
import { type PeerPlan, type VirtualPeer, VirtualSwarm } from './picker-swarm.js';

const PIECES = 40;
const BLOCKS = 8;

/** One downloader and the given peers, run to the end. */
function download(seed: number, plans: readonly PeerPlan[]): VirtualPeer {
	const swarm = new VirtualSwarm(layoutOf(PIECES, BLOCKS), seededRandom(seed));
	const downloader = swarm.join({ uploadBlocks: 0 });
	for (const plan of plans) swarm.join({ isSeed: true, ...plan });
	swarm.run(3000);
	return downloader;
}

test('a fast liar and one slow honest seed: complete, the liar banned, few pieces wasted', (t) => {
	for (const seed of [1, 2, 3, 4, 5]) {
		const peer = download(seed, [{ uploadBlocks: 1 }, { uploadBlocks: 20, lies: () => true }]);
		t.true(peer.picker.isComplete);
		t.deepEqual([...peer.banned], [2]);
		t.true(peer.failedPieces <= 8, `${peer.failedPieces} bad pieces`);
	}
});

test('a liar that spoils one block in twenty is found among many honest peers', (t) => {
	for (const seed of [1, 2, 3, 4, 5]) {
		const honest = Array.from({ length: 8 }, () => ({ uploadBlocks: 2 }));
		const random = seededRandom(seed + 100);
		const peer = download(seed, [...honest, { uploadBlocks: 4, lies: () => random() < 0.05 }]);
		t.true(peer.picker.isComplete);
		for (const id of peer.banned) t.is(id, 9, 'no honest peer is banned');
		t.true(peer.failedPieces === 0 || peer.banned.has(9), 'who spoiled a piece is found');
		t.true(peer.failedPieces <= 4, `${peer.failedPieces} bad pieces`);
	}
});

test('a liar that spoils the first block of every piece cannot stop a small download', (t) => {
	for (const seed of [1, 2, 3]) {
		const peer = download(seed, [
			{ uploadBlocks: 2 },
			{ uploadBlocks: 2 },
			{ uploadBlocks: 6, lies: (_piece, block) => block === 0 },
		]);
		t.true(peer.picker.isComplete);
		for (const id of peer.banned) t.is(id, 3);
		t.true(peer.failedPieces <= 8, `${peer.failedPieces} bad pieces`);
	}
});

test('several liars are all found, and honest peers stay', (t) => {
	for (const seed of [1, 2, 3]) {
		const honest = Array.from({ length: 5 }, () => ({ uploadBlocks: 2 }));
		const liars = Array.from({ length: 3 }, () => ({ uploadBlocks: 4, lies: () => true }));
		const peer = download(seed, [...honest, ...liars]);
		t.true(peer.picker.isComplete);
		t.deepEqual(
			[...peer.banned].sort((a, b) => a - b),
			[6, 7, 8],
		);
		t.true(peer.failedPieces <= 24, `${peer.failedPieces} bad pieces`);
	}
});
