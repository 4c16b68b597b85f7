import test from 'ava';
import { concatBytes, toHex } from '../../src/primitives/bytes.js';
import {
	encodeCancels,
	encodeHave,
	encodeHaves,
	encodePieceHeader,
	encodeReject,
	encodeRejects,
	encodeRequest,
	encodeRequests,
} from '../../src/wire/encoder.js';
import { hex } from './wire-hex.js';
import { WIRE_VECTORS } from './wire-vectors.js';

test('every message is encoded to the bytes the specifications show', (t) => {
	for (const { bytes, message, encoded } of WIRE_VECTORS) {
		if (encoded !== undefined) t.is(toHex(encoded), toHex(hex(bytes)), message.type);
	}
});

test('the header of a piece announces nine bytes more than its payload', (t) => {
	// length, id, piece, offset
	const expected = hex('00004009 07 0000000b 00008000');
	t.deepEqual(encodePieceHeader(11, 0x8000, 0x4000), expected);
});

test('many requests, cancels or rejects are the single messages one after the other', (t) => {
	const blocks = [
		{ piece: 0, offsetBytes: 0, lengthBytes: 16384 },
		{ piece: 4_294_967_295, offsetBytes: 4_294_967_295, lengthBytes: 1 },
	];
	t.deepEqual(encodeRequests(blocks), concatBytes(blocks.map(encodeRequest)));
	t.deepEqual(encodeRejects(blocks), concatBytes(blocks.map(encodeReject)));
	t.is(
		toHex(encodeCancels(blocks)),
		toHex(encodeRequests(blocks)).replaceAll('0000000d06', '0000000d08'),
	);
	t.is(encodeRequests([]).byteLength, 0);
});

test('many pieces are announced in one buffer, each as by itself', (t) => {
	const pieces = [0, 7, 0xffff_ffff];
	t.deepEqual(encodeHaves(pieces), concatBytes(pieces.map(encodeHave)));
	t.is(toHex(encodeHaves([7, 8])), '000000050400000007000000050400000008');
});
