/** What hostile peers are let loose on: a torrent somebody seeds, and the proof that it still does. */
import { createHash } from 'node:crypto';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import { encodeInterested } from '../../src/wire/encoder.js';
import { type Heard, HostileConnection } from './hostile-connection.js';
import { type MadeTorrent, makeTorrent, pseudoRandomBytes } from './make-payload.js';

/** As large as the largest block anybody may ask for. */
export const PIECE_BYTES = 131_072;
export const PIECE_COUNT = 80;
const BLOCK_BYTES = 16_384;

export interface Target {
	readonly port: number;
	readonly infohash: Infohash;
	readonly payload: Uint8Array;
}

export function targetTorrent(): {
	readonly torrent: MadeTorrent;
	readonly infohash: Infohash;
	readonly payload: Uint8Array;
} {
	const payload = pseudoRandomBytes(PIECE_BYTES * PIECE_COUNT, 28);
	const name = 'besieged.bin';
	const torrent = makeTorrent(name, [{ path: name, bytes: payload }], {
		pieceLengthBytes: PIECE_BYTES,
	});
	return { torrent, payload, infohash: infohashOf(torrent) };
}

export function infohashOf(torrent: MadeTorrent): Infohash {
	return parseMetainfo(torrent.metainfoBytes, (part) => createHash('sha1').update(part).digest())
		.infohash;
}

/** A peer past the handshake. */
export async function connectTo(target: Target): Promise<HostileConnection> {
	const connection = await HostileConnection.dial(target.port, PIECE_COUNT);
	await connection.shakeHands(target.infohash);
	return connection;
}

function isAllowed(heard: Heard): heard is Extract<Heard, { type: 'allowed-fast' }> {
	return heard.type === 'allowed-fast';
}

/** The first piece the session lets this peer have while it is choked (BEP 6). */
export async function allowedPiece(connection: HostileConnection): Promise<number> {
	return (await connection.next(isAllowed)).piece;
}

/** A new peer asks for one block; true when it gets the right bytes. */
export async function servesBlock(target: Target): Promise<boolean> {
	const connection = await connectTo(target);
	try {
		const piece = await allowedPiece(connection);
		return await isServed(connection, target, piece, 0);
	} finally {
		connection.socket.destroy();
	}
}

/** A new peer waits its turn and downloads everything; true when all of it is right. */
export async function servesWhole(target: Target): Promise<boolean> {
	const connection = await connectTo(target);
	try {
		connection.write(encodeInterested());
		await connection.next((heard): heard is Heard => heard.type === 'unchoke');
		for (let piece = 0; piece < PIECE_COUNT; piece++) {
			const blocks = [];
			for (let at = 0; at < PIECE_BYTES; at += BLOCK_BYTES) {
				blocks.push(isServed(connection, target, piece, at));
			}
			if ((await Promise.all(blocks)).includes(false)) return false;
		}
		return true;
	} finally {
		connection.socket.destroy();
	}
}

async function isServed(
	connection: HostileConnection,
	target: Target,
	piece: number,
	offsetBytes: number,
): Promise<boolean> {
	const bytes = await connection.ask({ piece, offsetBytes, lengthBytes: BLOCK_BYTES });
	const start = piece * PIECE_BYTES + offsetBytes;
	const expected = target.payload.subarray(start, start + BLOCK_BYTES);
	return bytes !== undefined && Buffer.compare(bytes, expected) === 0;
}
