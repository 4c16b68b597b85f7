import test from 'ava';
import fc from 'fast-check';
import { concatBytes, toHex } from '../../src/primitives/bytes.js';
import { WireDecoder } from '../../src/wire/decoder.js';
import { encodeHave, encodePieceHeader, encodeUnchoke } from '../../src/wire/encoder.js';
import { type Recorded, RecordingSink } from './recording-sink.js';
import { hex } from './wire-hex.js';
import { PIECE_COUNT, WIRE_VECTORS } from './wire-vectors.js';

function decode(chunks: readonly Uint8Array[], discarded: readonly number[] = []): Recorded[] {
	const sink = new RecordingSink();
	for (const piece of discarded) sink.discardedPieces.add(piece);
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	for (const chunk of chunks) {
		// The read buffer is used again as soon as `push` returns.
		const buffer = chunk.slice();
		decoder.push(buffer);
		buffer.fill(0xee);
	}
	return sink.events;
}

function pattern(lengthBytes: number, seed: number): Uint8Array {
	return Uint8Array.from({ length: lengthBytes }, (_, i) => (i * 7 + seed) & 0xff);
}

test('every message is decoded from the bytes the specifications show', (t) => {
	for (const { bytes, message } of WIRE_VECTORS) t.deepEqual(decode([hex(bytes)]), [message]);
});

test('every message survives arriving byte by byte', (t) => {
	for (const { bytes, message } of WIRE_VECTORS) {
		const single = [...hex(bytes)].map((byte) => Uint8Array.of(byte));
		t.deepEqual(decode(single), [message]);
	}
});

test('a block goes to the memory its header was answered with', (t) => {
	const payload = pattern(16_384, 1);
	const events = decode([
		concatBytes([encodePieceHeader(3, 16_384, 16_384), payload, encodeHave(1)]),
	]);
	t.deepEqual(events, [
		{ type: 'block-start', piece: 3, offsetBytes: 16_384, lengthBytes: 16_384 },
		{ type: 'block', piece: 3, offsetBytes: 16_384, payload: toHex(payload) },
		{ type: 'have', piece: 1 },
	]);
});

test('a block nobody wants is skipped, has no end, and what follows is read', (t) => {
	const bytes = concatBytes([encodePieceHeader(3, 0, 100), pattern(100, 1), encodeHave(1)]);
	t.deepEqual(decode([bytes], [3]), [
		{ type: 'block-start', piece: 3, offsetBytes: 0, lengthBytes: 100 },
		{ type: 'have', piece: 1 },
	]);
});

test('a block that is discarded halfway leaves the rest of its memory alone', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	decoder.push(concatBytes([encodePieceHeader(3, 0, 6), hex('010203')]));
	const view = sink.view;
	decoder.discardBlock();
	decoder.push(concatBytes([hex('040506'), encodeHave(1)]));
	t.deepEqual(view, hex('010203 000000'));
	t.deepEqual(sink.events.slice(1), [{ type: 'have', piece: 1 }]);
});

test('blocks after a discarded one are stored again', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	decoder.push(encodePieceHeader(3, 0, 1));
	decoder.discardBlock();
	decoder.push(concatBytes([hex('aa'), encodePieceHeader(4, 0, 1), hex('bb')]));
	t.deepEqual(sink.events.at(-1), { type: 'block', piece: 4, offsetBytes: 0, payload: 'bb' });
});

test('a keep-alive is one even when the bytes after it look like the head of a block', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	t.throws(() => decoder.push(hex('00000000 07000009 0000000000000000')), {
		code: 'WIRE_MESSAGE_TOO_LONG',
	});
	t.deepEqual(sink.events, [{ type: 'keep-alive' }]);
});

test('any split of the bytes gives the same messages and blocks', (t) => {
	const messages = fc.array(
		fc.oneof(
			fc.constantFrom(...WIRE_VECTORS).map(({ bytes }) => hex(bytes)),
			fc
				.record({ piece: fc.nat(PIECE_COUNT - 1), length: fc.integer({ min: 1, max: 300 }) })
				.map(({ piece, length }) =>
					concatBytes([encodePieceHeader(piece, 5, length), pattern(length, piece)]),
				),
		),
		{ maxLength: 12 },
	);
	const sizes = fc.array(fc.integer({ min: 0, max: 120 }), { minLength: 1, maxLength: 30 });
	fc.assert(
		fc.property(messages, sizes, (parts, chunkSizes) => {
			const bytes = concatBytes(parts);
			const chunks: Uint8Array[] = [];
			let at = 0;
			for (const size of chunkSizes) {
				chunks.push(bytes.subarray(at, at + size));
				at += size;
			}
			chunks.push(bytes.subarray(at));
			t.deepEqual(decode(chunks, [5]), decode([bytes], [5]));
		}),
		{ numRuns: 150 },
	);
});

test('a large extension message split in many chunks arrives whole', (t) => {
	const payload = pattern(100_000, 9);
	const bytes = concatBytes([hex('000186a2 14 01'), payload]);
	const chunks = Array.from({ length: Math.ceil(bytes.byteLength / 1460) }, (_, i) =>
		bytes.subarray(i * 1460, (i + 1) * 1460),
	);
	t.deepEqual(decode(chunks), [{ type: 'extended', id: 1, payload }]);
});

test('stopping in mid-chunk delivers nothing more, then or later', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	sink.onMessage = () => decoder.stop();
	decoder.push(concatBytes([encodeUnchoke(), encodeHave(1), encodePieceHeader(1, 0, 4)]));
	decoder.push(encodeHave(2));
	t.deepEqual(sink.events, [{ type: 'unchoke' }]);
});

test('stopping while a block is asked for leaves the given memory untouched', (t) => {
	const view = new Uint8Array(4);
	const decoder: WireDecoder = new WireDecoder(
		{
			message: () => t.fail(),
			blockStart() {
				decoder.stop();
				return view;
			},
			blockEnd: () => t.fail(),
		},
		{ pieceCount: 1 },
	);
	decoder.push(concatBytes([encodePieceHeader(0, 0, 4), hex('01020304')]));
	t.deepEqual(view, new Uint8Array(4));
});

test('an error of the receiver passes through and ends the decoding', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	sink.onMessage = () => {
		throw new Error('too many');
	};
	t.throws(() => decoder.push(encodeUnchoke()), { message: 'too many' });
	sink.onMessage = () => {};
	decoder.push(encodeUnchoke());
	t.deepEqual(sink.events, []);
});

test('a torrent without pieces takes an empty bitfield', (t) => {
	const sink = new RecordingSink();
	new WireDecoder(sink, { pieceCount: 0 }).push(hex('00000001 05'));
	t.deepEqual(sink.events, [{ type: 'bitfield', bytes: new Uint8Array(0) }]);
});

test('messages do not share memory with each other', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	decoder.push(hex('00000003 05 0100 00000003 05 0200'));
	t.deepEqual(sink.events, [
		{ type: 'bitfield', bytes: Uint8Array.of(1, 0) },
		{ type: 'bitfield', bytes: Uint8Array.of(2, 0) },
	]);
});
