import { createHash } from 'node:crypto';
import test from 'ava';
import { allowedFastSet } from '../../src/wire/fast-extension.js';

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();
const stuck = (): Uint8Array => new Uint8Array(20);
const infohash = new Uint8Array(20).fill(0xaa);
const address = Uint8Array.of(80, 4, 4, 200);

test('the allowed-fast set is the one BEP 6 shows for its example', (t) => {
	const options = { address, infohash, pieceCount: 1313, sha1 };
	t.deepEqual(allowedFastSet({ ...options, count: 7 }), [1059, 431, 808, 1217, 287, 376, 1188]);
	t.deepEqual(
		allowedFastSet({ ...options, count: 9 }),
		[1059, 431, 808, 1217, 287, 376, 1188, 353, 508],
	);
});

test('peers of one /24 network share an allowed-fast set', (t) => {
	const options = { infohash, pieceCount: 1313, sha1 };
	const neighbour = Uint8Array.of(80, 4, 4, 7);
	t.deepEqual(
		allowedFastSet({ ...options, address: neighbour }),
		allowedFastSet({ ...options, address }),
	);
	const stranger = Uint8Array.of(80, 4, 5, 200);
	t.notDeepEqual(
		allowedFastSet({ ...options, address: stranger }),
		allowedFastSet({ ...options, address }),
	);
});

test('a torrent with few pieces allows all of them, and an IPv6 peer none', (t) => {
	t.deepEqual(allowedFastSet({ address, infohash, pieceCount: 3, sha1 }), [0, 1, 2]);
	t.deepEqual(allowedFastSet({ address, infohash, pieceCount: 0, sha1 }), []);
	const ipv6 = new Uint8Array(16);
	t.deepEqual(allowedFastSet({ address: ipv6, infohash, pieceCount: 1313, sha1 }), []);
});

test('a hash that never changes cannot make the set endless', (t) => {
	t.deepEqual(allowedFastSet({ address, infohash, pieceCount: 1313, sha1: stuck }), [0]);
});
