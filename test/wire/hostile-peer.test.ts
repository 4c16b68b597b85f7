import test from 'ava';
import { AppError } from '../../src/primitives/app-error.js';
import { concatBytes, utf8 } from '../../src/primitives/bytes.js';
import { WireDecoder } from '../../src/wire/decoder.js';
import { encodePieceHeader, encodeRequests } from '../../src/wire/encoder.js';
import { WireError, type WireErrorCode } from '../../src/wire/wire-error.js';
import { RecordingSink } from './recording-sink.js';
import { hex } from './wire-hex.js';

/** As in the probes that other clients were measured with. */
const PIECE_COUNT = 80;

const refused = test.macro((t, bytes: Uint8Array, code: WireErrorCode) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	const error = t.throws(() => decoder.push(concatBytes([hex('00000001 01'), bytes])), {
		instanceOf: WireError,
		code,
	});
	t.true(error instanceof AppError);
	t.deepEqual(sink.events, [{ type: 'unchoke' }], 'what came before the breach was delivered');
	decoder.push(hex('00000001 00'));
	t.is(sink.events.length, 1, 'nothing is delivered after the breach');
});

const accepted = test.macro((t, bytes: Uint8Array, types: readonly string[]) => {
	const sink = new RecordingSink();
	new WireDecoder(sink, { pieceCount: PIECE_COUNT }).push(concatBytes([bytes, hex('00000000')]));
	t.deepEqual(
		sink.events.map(({ type }) => type),
		[...types, 'keep-alive'],
	);
});

test(
	'a length of 2^32 - 1 is refused after its four bytes',
	refused,
	hex('ffffffff'),
	'WIRE_MESSAGE_TOO_LONG',
);
test(
	'a 16 MiB extension message is refused before its body arrives',
	refused,
	hex('01000000 14'),
	'WIRE_MESSAGE_TOO_LONG',
);
test(
	'an extension message one byte above the limit is refused',
	refused,
	hex('00020401 14'),
	'WIRE_MESSAGE_TOO_LONG',
);
test(
	'an unknown message above the limit is refused before its body arrives',
	refused,
	hex('00020401 63'),
	'WIRE_MESSAGE_TOO_LONG',
);
test(
	'a have of piece 2^32 - 1 is refused',
	refused,
	hex('00000005 04 ffffffff'),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'a have of the first piece that does not exist is refused',
	refused,
	hex('00000005 04 00000050'),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'a suggest of a piece that does not exist is refused',
	refused,
	hex('00000005 0d 00000050'),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'an allowed-fast of a piece that does not exist is refused',
	refused,
	hex('00000005 11 00000050'),
	'WIRE_BAD_PIECE_INDEX',
);
test('a short bitfield is refused', refused, hex('0000000a 05'), 'WIRE_BAD_LENGTH');
test('a long bitfield is refused', refused, hex('0000000c 05'), 'WIRE_BAD_LENGTH');
test(
	'a bitfield of 128 KiB for a small torrent is refused before it arrives',
	refused,
	hex('00020000 05'),
	'WIRE_BAD_LENGTH',
);
test(
	'a have with a byte too many is refused before that byte arrives',
	refused,
	hex('00000006 04'),
	'WIRE_BAD_LENGTH',
);
test('a choke with a body is refused', refused, hex('00000002 00'), 'WIRE_BAD_LENGTH');
test('a port message of one byte is refused', refused, hex('00000002 09'), 'WIRE_BAD_LENGTH');
test(
	'a request without its length field is refused',
	refused,
	hex('00000009 06'),
	'WIRE_BAD_LENGTH',
);
test(
	'an extension message without an extension id is refused',
	refused,
	hex('00000001 14'),
	'WIRE_BAD_LENGTH',
);
test('a piece without its offset is refused', refused, hex('00000008 07'), 'WIRE_BAD_LENGTH');
test('a piece without payload is refused', refused, hex('00000009 07'), 'WIRE_BAD_BLOCK_LENGTH');
test(
	'a piece with 128 KiB and a byte is refused before it arrives',
	refused,
	hex('0002000a 07'),
	'WIRE_BAD_BLOCK_LENGTH',
);
test(
	'a piece whose index does not exist is refused',
	refused,
	encodePieceHeader(80, 0, 16_384),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'a request of a piece that does not exist is refused',
	refused,
	hex('0000000d 06 00000050 00000000 00004000'),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'a request of no bytes is refused',
	refused,
	hex('0000000d 06 00000000 00000000 00000000'),
	'WIRE_BAD_BLOCK_LENGTH',
);
test(
	'a request of 2^31 bytes is refused',
	refused,
	hex('0000000d 06 00000000 00000000 80000000'),
	'WIRE_BAD_BLOCK_LENGTH',
);
test(
	'a request of 128 KiB and a byte is refused',
	refused,
	hex('0000000d 06 00000000 00000000 00020001'),
	'WIRE_BAD_BLOCK_LENGTH',
);
test(
	'a cancel of a piece that does not exist is refused',
	refused,
	hex('0000000d 08 ffffffff 00000000 00004000'),
	'WIRE_BAD_PIECE_INDEX',
);
test(
	'a reject of a piece that does not exist is refused',
	refused,
	hex('0000000d 10 00000050 00000000 00004000'),
	'WIRE_BAD_PIECE_INDEX',
);

test('an unknown message is skipped and named', accepted, hex('00000004 63 010203'), ['unknown']);
test('a request of 128 KiB is passed on', accepted, hex('0000000d 06 00000000 00000000 00020000'), [
	'request',
]);
test(
	'a request far past the end of its piece is passed on for the torrent to judge',
	accepted,
	hex('0000000d 06 00000000 ffffffff 00004000'),
	['request'],
);
test(
	'a second bitfield is passed on',
	accepted,
	hex('0000000b 05 00000000000000000000 0000000b 05 ffffffffffffffffffff'),
	['bitfield', 'bitfield'],
);
test(
	'a metadata request for piece 2^31 is passed on unread',
	accepted,
	concatBytes([hex('00000024 14 02'), utf8('d8:msg_typei0e5:piecei2147483648ee')]),
	['extended'],
);

test('a block nobody asked for is offered to the receiver, who discards it', (t) => {
	const sink = new RecordingSink();
	sink.discardedPieces.add(79);
	const decoder = new WireDecoder(sink, { pieceCount: PIECE_COUNT });
	decoder.push(concatBytes([encodePieceHeader(79, 0, 131_072), new Uint8Array(131_072)]));
	decoder.push(hex('00000000'));
	t.deepEqual(
		sink.events.map(({ type }) => type),
		['block-start', 'keep-alive'],
	);
});

test('two hundred thousand requests are decoded one by one without piling up', (t) => {
	let requests = 0;
	const decoder = new WireDecoder(
		{ message: () => requests++, blockStart: () => undefined, blockEnd: () => {} },
		{ pieceCount: PIECE_COUNT },
	);
	const batch = encodeRequests(
		Array.from({ length: 1000 }, () => ({ piece: 1, offsetBytes: 0, lengthBytes: 16_384 })),
	);
	for (let i = 0; i < 200; i++) decoder.push(batch);
	t.is(requests, 200_000);
});

test('memory grows with the bytes of a message that came, not with its announced length', (t) => {
	const decoders = Array.from({ length: 2000 }, () => {
		return new WireDecoder(new RecordingSink(), { pieceCount: 1_000_000 });
	});
	const before = process.memoryUsage().arrayBuffers;
	for (const decoder of decoders) decoder.push(hex('00020000 14 01'));
	const grownBytes = process.memoryUsage().arrayBuffers - before;
	t.true(grownBytes < 8 * 1024 * 1024, `grew by ${grownBytes} bytes`);
	t.is(decoders.length, 2000);
});

test('the length limit can be set', (t) => {
	const limits = { pieceCount: 1, maxMessageBytes: 100 };
	const fits = new WireDecoder(new RecordingSink(), limits);
	t.notThrows(() => fits.push(hex('00000064 14 01')));
	const decoder = new WireDecoder(new RecordingSink(), limits);
	t.throws(() => decoder.push(hex('00000065 14')), { code: 'WIRE_MESSAGE_TOO_LONG' });
});

test('a bitfield of two million pieces passes whatever the limit of other messages', (t) => {
	const sink = new RecordingSink();
	const decoder = new WireDecoder(sink, { pieceCount: 2_097_152 });
	decoder.push(hex('00040001 05'));
	decoder.push(new Uint8Array(262_144));
	t.deepEqual(
		sink.events.map(({ type }) => type),
		['bitfield'],
	);
});
