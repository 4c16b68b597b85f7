/** What a hostile peer tries on a session that seeds, one try a connection, and what each leads to. */

import { Bitfield } from '../../src/primitives/bitfield.js';
import { concatBytes, utf8 } from '../../src/primitives/bytes.js';
import { infohashFromBytes } from '../../src/primitives/infohash.js';
import {
	encodeBitfield,
	encodeHave,
	encodeKeepAlive,
	encodePieceHeader,
	encodeRequest,
} from '../../src/wire/encoder.js';
import { frame, HostileConnection, uint32s } from './hostile-connection.js';
import {
	allowedPiece,
	connectTo,
	PIECE_BYTES,
	PIECE_COUNT,
	type Target,
} from './hostile-target.js';

/**
 * `closed`: the session hung up. The others kept the connection: `rejected` said no, `served` gave
 * what was asked for, `ignored` did nothing.
 */
export type Outcome = 'closed' | 'rejected' | 'ignored' | 'served';

export interface Probe {
	readonly name: string;
	readonly expected: Outcome;
	/** Does it and says what became of it; the connection, if still there, stays open. */
	run(target: Target): Promise<Outcome>;
}

const MIB = 1024 * 1024;
const HUGE = 0x7fff_ffff + 1;
const BLOCK = new Uint8Array(16_384);

const ID = { have: 4, bitfield: 5, request: 6, piece: 7, cancel: 8, extended: 20 } as const;

export const PROBES: readonly Probe[] = [
	{
		name: 'a handshake for a torrent that is not here',
		expected: 'closed',
		async run(target) {
			const connection = await HostileConnection.dial(target.port, PIECE_COUNT);
			const unknown = infohashFromBytes(new Uint8Array(20).fill(0xee));
			await connection.shakeHands(unknown).catch(() => {});
			await connection.closed();
			return connection.peerId === undefined ? 'closed' : 'served';
		},
	},
	{
		name: 'an HTTP request instead of a handshake',
		expected: 'closed',
		async run(target) {
			const connection = await HostileConnection.dial(target.port, PIECE_COUNT);
			connection.write(utf8('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'));
			await connection.closed();
			return 'closed';
		},
	},
	{ name: 'a message of 4 GiB', expected: 'closed', run: (target) => floods(target, 0xffff_ffff) },
	{
		name: 'an extension message of 16 MiB',
		expected: 'closed',
		run: (target) => floods(target, 16 * MIB),
	},
	says('HAVE of piece 2^32-1', 'closed', encodeHave(0xffff_ffff)),
	says('HAVE of the piece behind the last', 'closed', encodeHave(PIECE_COUNT)),
	says('a bitfield one byte short', 'closed', frame(ID.bitfield, new Uint8Array(9))),
	says('a bitfield one byte long', 'closed', frame(ID.bitfield, new Uint8Array(11))),
	says(
		'a full bitfield, from one seed to another',
		'closed',
		encodeBitfield(Bitfield.full(PIECE_COUNT).toBytes()),
	),
	says('one message of an unknown kind', 'ignored', frame(99, new Uint8Array(5))),
	says(
		'a hundred messages of an unknown kind',
		'closed',
		concatBytes(Array.from({ length: 100 }, () => frame(99, new Uint8Array(5)))),
	),
	says('a block nobody asked for', 'ignored', block(3, 0)),
	{
		name: 'a thousand blocks nobody asked for',
		expected: 'closed',
		async run(target) {
			const connection = await connectTo(target);
			await connection.pour(Array.from({ length: 1000 }, (_, i) => block(i % PIECE_COUNT, 0)));
			return afterwards(connection);
		},
	},
	says('a block of the piece behind the last', 'closed', block(PIECE_COUNT, 0)),
	says(
		'an extension handshake of 20 000 open lists',
		'ignored',
		extended(0, utf8(`d1:m${'l'.repeat(20_000)}`)),
	),
	says(
		'an extension handshake with a negative string length in a list',
		'ignored',
		extended(0, utf8('d1:ml-3:ee')),
	),
	says(
		'an extension handshake with a metadata size of 2^31',
		'ignored',
		extended(0, utf8(`d1:md11:ut_metadatai3ee13:metadata_sizei${HUGE}ee`)),
	),
	says(
		'a request for metadata piece 2^31',
		'ignored',
		extended(3, utf8(`d8:msg_typei0e5:piecei${HUGE}ee`)),
	),
	says('a request in a piece behind the last', 'closed', request(PIECE_COUNT, 0, 16_384)),
	asks('a request behind the end of its piece', 'rejected', PIECE_BYTES, 16_384),
	asks('a request across the end of its piece', 'rejected', PIECE_BYTES - 1, 16_384),
	asks('a request at offset 2^32-1', 'rejected', 0xffff_ffff, 16_384),
	says('a request for nothing', 'closed', request(0, 0, 0)),
	asks('a request for 128 KiB', 'served', 0, 131_072),
	says('a request for 2^31 bytes', 'closed', request(0, 0, HUGE)),
	{
		name: '200 000 requests by a peer that reads nothing',
		expected: 'closed',
		async run(target) {
			const connection = await connectTo(target);
			const piece = await allowedPiece(connection);
			connection.socket.pause();
			await connection.pour(repeat(request(piece, 0, 16_384), 200_000));
			connection.socket.resume();
			await connection.closed();
			return 'closed';
		},
	},
	{
		name: 'requests that cannot be served, without end',
		expected: 'closed',
		async run(target) {
			const connection = await connectTo(target);
			connection.onHeard = () => {};
			await connection.pour(repeat(request(0, PIECE_BYTES, 16_384), 200_000));
			await connection.closed();
			return 'closed';
		},
	},
	{
		name: '100 000 cancels of nothing',
		expected: 'ignored',
		async run(target) {
			const connection = await connectTo(target);
			await connection.pour(repeat(frame(ID.cancel, uint32s(0, 0, 16_384)), 100_000));
			return afterwards(connection);
		},
	},
	{
		name: '1 000 000 keep-alives',
		expected: 'ignored',
		async run(target) {
			const connection = await connectTo(target);
			await connection.pour(repeat(encodeKeepAlive(), 1_000_000));
			return afterwards(connection);
		},
	},
];

/** A probe that is one write after the handshake. */
function says(name: string, expected: Outcome, bytes: Uint8Array): Probe {
	return {
		name,
		expected,
		async run(target) {
			const connection = await connectTo(target);
			connection.write(bytes);
			return afterwards(connection);
		},
	};
}

/** A probe that is one request in a piece the session gives away. */
function asks(name: string, expected: Outcome, offsetBytes: number, lengthBytes: number): Probe {
	return {
		name,
		expected,
		async run(target) {
			const connection = await connectTo(target);
			const piece = await allowedPiece(connection);
			const bytes = await connection.ask({ piece, offsetBytes, lengthBytes });
			if (bytes === undefined) return 'rejected';
			return bytes.byteLength === lengthBytes ? 'served' : 'ignored';
		},
	};
}

/** Announces an extension message of this length and sends it, as long as anybody takes it. */
async function floods(target: Target, lengthBytes: number): Promise<Outcome> {
	const connection = await connectTo(target);
	connection.write(concatBytes([uint32s(lengthBytes), Uint8Array.of(ID.extended)]));
	const taken = await connection.pour(Array.from({ length: 256 }, () => new Uint8Array(64 * 1024)));
	await connection.closed();
	// What the system's own buffers take is not the session's doing.
	return taken < 8 * MIB ? 'closed' : 'served';
}

/** The other side hung up, or still answers: messages are handled in order. */
async function afterwards(connection: HostileConnection): Promise<Outcome> {
	connection.write(encodeRequest({ piece: 0, offsetBytes: 1, lengthBytes: 7 }));
	await connection.until(
		() =>
			connection.isClosed ||
			connection.heard.some((heard) => heard.type === 'block' || heard.type === 'reject'),
	);
	return connection.isClosed ? 'closed' : 'ignored';
}

function request(piece: number, offsetBytes: number, lengthBytes: number): Uint8Array {
	return frame(ID.request, uint32s(piece, offsetBytes, lengthBytes));
}

function block(piece: number, offsetBytes: number): Uint8Array {
	return concatBytes([encodePieceHeader(piece, offsetBytes, BLOCK.byteLength), BLOCK]);
}

function extended(id: number, payload: Uint8Array): Uint8Array {
	return frame(ID.extended, concatBytes([Uint8Array.of(id), payload]));
}

/** The same message `count` times, a thousand in a part. */
function* repeat(message: Uint8Array, count: number): Generator<Uint8Array> {
	const part = concatBytes(Array.from({ length: 1000 }, () => message));
	for (let sent = 0; sent < count; sent += 1000) yield part;
}
