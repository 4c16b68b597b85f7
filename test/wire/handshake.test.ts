import test from 'ava';
import fc from 'fast-check';
import { concatBytes, utf8 } from '../../src/primitives/bytes.js';
import { encodeHandshake, HandshakeDecoder } from '../../src/wire/handshake.js';
import { hex } from './wire-hex.js';

const infohash = hex('00112233445566778899 aabbccddeeff01234567');
const peerId = utf8('-BY0100-abcdefghijkl');
const handshake = encodeHandshake({ infohash, peerId });

test('the handshake is the protocol name, the two extension bits, the infohash and the peer id', (t) => {
	const expected = concatBytes([
		hex('13'),
		utf8('BitTorrent protocol'),
		// byte 5: extension protocol; byte 7: Fast
		hex('0000000000 10 00 04'),
		infohash,
		peerId,
	]);
	t.deepEqual(handshake, expected);
});

test('infohashes and peer ids of another length are not encoded', (t) => {
	t.throws(() => encodeHandshake({ infohash: infohash.subarray(1), peerId }), {
		instanceOf: RangeError,
	});
	t.throws(() => encodeHandshake({ infohash, peerId: utf8('short') }), { instanceOf: RangeError });
});

test('the infohash and the abilities are known after 48 bytes, the peer id after 68', (t) => {
	const decoder = new HandshakeDecoder();
	t.is(decoder.push(handshake.subarray(0, 47)), 47);
	t.is(decoder.infohash, undefined);
	t.false(decoder.supportsFast);
	decoder.push(handshake.subarray(47, 48));
	t.deepEqual(decoder.infohash, infohash);
	t.true(decoder.supportsFast);
	t.true(decoder.supportsExtensions);
	t.is(decoder.peerId, undefined);
	decoder.push(handshake.subarray(48));
	t.true(decoder.isComplete);
	t.deepEqual(decoder.peerId, peerId);
});

test('a peer without extensions is read as one', (t) => {
	const plain = handshake.slice();
	plain.fill(0, 20, 28);
	const decoder = new HandshakeDecoder();
	decoder.push(plain);
	t.false(decoder.supportsFast);
	t.false(decoder.supportsExtensions);
});

test('reserved bits of other extensions switch nothing on', (t) => {
	const other = handshake.slice();
	// everything but the two bits we know
	other.set(hex('ffffffffff ef ff fb'), 20);
	const decoder = new HandshakeDecoder();
	decoder.push(other);
	t.true(decoder.isComplete);
	t.false(decoder.supportsFast);
	t.false(decoder.supportsExtensions);
});

test('bytes behind the handshake are left for the wire, however it is split', (t) => {
	const bytes = concatBytes([handshake, hex('00000001 02')]);
	fc.assert(
		fc.property(fc.array(fc.integer({ min: 0, max: 73 }), { maxLength: 6 }), (cuts) => {
			const decoder = new HandshakeDecoder();
			const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.byteLength];
			let consumed = 0;
			for (let i = 1; i < edges.length; i++) {
				consumed += decoder.push(bytes.subarray(edges[i - 1], edges[i]));
			}
			t.is(consumed, 68);
			t.deepEqual(decoder.peerId, peerId);
		}),
	);
});

test('another protocol is refused at its first wrong byte', (t) => {
	const decoder = new HandshakeDecoder();
	t.throws(() => decoder.push(utf8('G')), { code: 'WIRE_NOT_BITTORRENT' });
	for (let wrong = 0; wrong < 20; wrong++) {
		const bytes = handshake.slice(0, wrong + 1);
		bytes[wrong] = (bytes[wrong] ?? 0) ^ 0x20;
		const strict = new HandshakeDecoder();
		t.notThrows(() => strict.push(bytes.subarray(0, wrong)));
		t.throws(() => strict.push(bytes.subarray(wrong)), { code: 'WIRE_NOT_BITTORRENT' });
	}
});
