/**
 * A program for a child process: downloads a torrent over and over from one seed, keeps nothing, and
 * notes when bytes came, by a clock all processes share. Run it by `startStallLeech`.
 */

import { parseInfohash } from '../../src/primitives/infohash.js';
import { encodeInterested, encodeRequest } from '../../src/wire/encoder.js';
import { HostileConnection } from './hostile-connection.js';

const BLOCK_BYTES = 16_384;
const PIPELINE = 64;

const [portText = '', infohashText = '', lengthText = '', pieceText = ''] = process.argv.slice(2);
const infohash = parseInfohash(infohashText);
const payloadBytes = Number(lengthText);
const pieceBytes = Number(pieceText);
if (infohash === undefined) throw new Error('no infohash');
const connection = await HostileConnection.dial(
	Number(portText),
	Math.ceil(payloadBytes / pieceBytes),
);
const arrivals: [atMs: number, bytes: number][] = [];
let at = 0;
let isAsking = false;

function ask(): void {
	const offsetBytes = at % pieceBytes;
	const piece = (at - offsetBytes) / pieceBytes;
	const lengthBytes = Math.min(BLOCK_BYTES, payloadBytes - at, pieceBytes - offsetBytes);
	at = (at + lengthBytes) % payloadBytes;
	connection.write(encodeRequest({ piece, offsetBytes, lengthBytes }));
}

connection.onHeard = (heard) => {
	if (heard.type === 'unchoke' && !isAsking) {
		isAsking = true;
		for (let i = 0; i < PIPELINE; i++) ask();
	}
	if (heard.type === 'block') {
		arrivals.push([Date.now(), heard.bytes.byteLength]);
		ask();
	}
	// Choked: what was asked is asked again after the next unchoke.
	if (heard.type === 'choke') isAsking = false;
};
process.on('message', () => process.send?.(arrivals));
process.once('disconnect', () => process.exit(0));
await connection.shakeHands(infohash);
connection.write(encodeInterested());
