import { createHash } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import { SmartBan } from '../../src/torrent/smart-ban.js';

/** Hashes of blocks, each told by a word. */
function hashesOf(blocks: readonly string[]): Uint8Array {
	const hashes = new Uint8Array(blocks.length * 20);
	for (const [i, block] of blocks.entries())
		hashes.set(createHash('sha1').update(block).digest(), i * 20);
	return hashes;
}

test('a peer that sent the whole bad piece alone is named at once', (t) => {
	const ban = new SmartBan<string>();
	t.deepEqual(ban.pieceFailed(1, ['liar', 'liar'], hashesOf(['a', 'x'])), ['liar']);
	t.false(ban.needsBlockHashes(1));
});

test('once the piece is good, exactly the senders of different blocks are named', (t) => {
	const ban = new SmartBan<string>();
	t.deepEqual(ban.pieceFailed(7, ['a', 'liar', 'b', 'liar'], hashesOf(['0', 'x', '2', '3'])), []);
	t.true(ban.needsBlockHashes(7));
	t.false(ban.needsBlockHashes(8));
	const good = hashesOf(['0', '1', '2', '3']);
	t.deepEqual(ban.pieceVerified(7, ['a', 'a', 'a', 'a'], good), ['liar']);
	t.false(ban.needsBlockHashes(7));
	t.deepEqual(ban.pieceVerified(7, ['a', 'a', 'a', 'a'], good), [], 'named once');
});

test('several liars over several bad versions are all found', (t) => {
	const ban = new SmartBan<string>();
	ban.pieceFailed(0, ['a', 'x', 'b'], hashesOf(['0', 'bad', '2']));
	ban.pieceFailed(0, ['y', 'a', 'b'], hashesOf(['bad', '1', '2']));
	const named = ban.pieceVerified(0, ['a', 'a', 'b'], hashesOf(['0', '1', '2']));
	t.deepEqual([...named].sort(), ['x', 'y']);
});

test('a peer that sends one block in two versions has lied in one of them', (t) => {
	const ban = new SmartBan<string>();
	t.deepEqual(ban.pieceFailed(0, ['a', 'liar'], hashesOf(['0', 'x'])), []);
	t.deepEqual(ban.pieceFailed(0, ['b', 'liar'], hashesOf(['0', 'y'])), ['liar']);
});

test('data found on disk accuses nobody', (t) => {
	const ban = new SmartBan<string>();
	t.deepEqual(ban.pieceFailed(0, [undefined, 'a'], hashesOf(['x', '1'])), []);
	t.deepEqual(ban.pieceFailed(1, [undefined, undefined], hashesOf(['x', '1'])), []);
	t.deepEqual(ban.pieceVerified(0, ['a', 'a'], hashesOf(['0', '1'])), []);
	t.deepEqual(ban.pieceFailed(2, [], new Uint8Array(0)), []);
});

test('a suspect goes after five bad pieces in a row, and a good piece clears it', (t) => {
	const ban = new SmartBan<string>();
	for (let piece = 0; piece < 4; piece++)
		ban.pieceFailed(piece, ['suspect', 'cleared', `other ${piece}`], hashesOf(['0', '1', '2']));
	ban.pieceVerified(9, ['cleared'], undefined);
	t.deepEqual(ban.takeSuspects(), []);
	ban.pieceFailed(5, ['suspect', 'cleared'], hashesOf(['0', '1']));
	t.deepEqual(ban.takeSuspects(), ['suspect']);
	t.deepEqual(ban.takeSuspects(), [], 'named once');
});

test('who was only near a bad block is no suspect once the liar is known', (t) => {
	const ban = new SmartBan<string>();
	for (let piece = 0; piece < 4; piece++)
		ban.pieceFailed(piece, ['near', 'liar'], hashesOf(['0', 'x']));
	t.deepEqual(ban.pieceVerified(0, ['c', 'c'], hashesOf(['0', '1'])), ['liar']);
	ban.pieceFailed(5, ['near', 'd'], hashesOf(['0', 'x']));
	t.deepEqual(ban.takeSuspects(), []);
});

test('a forgotten piece, or hashes of another length, prove nothing', (t) => {
	const ban = new SmartBan<string>();
	ban.pieceFailed(0, ['a', 'b'], hashesOf(['0', 'x']));
	ban.forget(0);
	t.false(ban.needsBlockHashes(0));
	t.deepEqual(ban.pieceVerified(0, ['c', 'c'], hashesOf(['0', '1'])), []);
	ban.pieceFailed(1, ['a', 'b'], hashesOf(['0']));
	t.false(ban.needsBlockHashes(1));
	ban.pieceFailed(2, ['a', 'b'], hashesOf(['0', 'x']));
	t.deepEqual(ban.pieceVerified(2, ['c'], hashesOf(['0'])), []);
});

test('the hashes handed over may be used again by the caller', (t) => {
	const ban = new SmartBan<string>();
	const hashes = hashesOf(['0', 'x']);
	ban.pieceFailed(0, ['a', 'liar'], hashes);
	hashes.fill(0);
	t.deepEqual(ban.pieceVerified(0, ['c', 'c'], hashesOf(['0', '1'])), ['liar']);
});

test('bad pieces without end take bounded memory', (t) => {
	const ban = new SmartBan<string>();
	const hashes = new Uint8Array(1024 * 20);
	const senders = Array.from({ length: 1024 }, (_, i) => (i === 0 ? 'a' : 'b'));
	for (let piece = 0; piece < 300; piece++) ban.pieceFailed(piece, senders, hashes);
	t.is(ban.size, 64);
	t.true(ban.needsBlockHashes(299));
	for (let i = 0; i < 100; i++) ban.pieceFailed(299, senders, hashes);
	t.true(ban.size >= 60);
});

test('honest peers are never named by proof, and every liar in a bad piece is once it is good', (t) => {
	const peer = fc.constantFrom('honest 1', 'honest 2', 'liar 1', 'liar 2');
	const block = fc.record({ peer, lies: fc.boolean() });
	t.notThrows(() =>
		fc.assert(
			fc.property(
				fc.array(fc.array(block, { minLength: 4, maxLength: 4 }), { maxLength: 4 }),
				(tries) => {
					const ban = new SmartBan<string>();
					const named = new Set<string>();
					const lied = new Set<string>();
					for (const [attempt, blocks] of tries.entries()) {
						const isLie = blocks.map(({ peer: sender, lies }) => lies && sender.startsWith('liar'));
						if (!isLie.includes(true)) continue;
						const words = isLie.map((lie, i) => (lie ? `lie ${attempt} ${i}` : `good ${i}`));
						const senders = blocks.map(({ peer: sender }) => sender);
						for (const [i, sender] of senders.entries()) if (isLie[i] === true) lied.add(sender);
						for (const liar of ban.pieceFailed(3, senders, hashesOf(words))) named.add(liar);
					}
					const good = hashesOf([0, 1, 2, 3].map((i) => `good ${i}`));
					const honest = ['honest 1', 'honest 1', 'honest 2', 'honest 2'];
					for (const liar of ban.pieceVerified(3, honest, good)) named.add(liar);
					if (JSON.stringify([...named].sort()) !== JSON.stringify([...lied].sort()))
						throw new Error(`Named ${[...named].join()}, lied ${[...lied].join()}`);
				},
			),
		),
	);
});
