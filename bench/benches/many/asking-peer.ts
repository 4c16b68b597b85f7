/** A peer without data that asks for the first block as soon as it may, and then stays. */
import { connect, type Socket } from 'node:net';
import { type Infohash, infohashBytes } from '../../../src/primitives/infohash.js';
import { encodeInterested, encodeRequests } from '../../../src/wire/encoder.js';
import { encodeHandshake, HANDSHAKE_BYTES } from '../../../src/wire/handshake.js';
import { makeGate } from '../../processes/gate.js';
import { PIECE_BYTES } from './small-torrents.js';

const UNCHOKE = 1;
const PIECE = 7;

export class AskingPeer {
	/** The other side answered the handshake. */
	readonly greeted: Promise<void>;
	/** The block came. */
	readonly served: Promise<void>;
	readonly #socket: Socket;
	#received: Buffer = Buffer.alloc(0);
	#isGreeted = false;

	constructor(port: number, infohash: Infohash, number: number) {
		const peerId = Buffer.from(`-XX0001-${String(number).padStart(12, '0')}`);
		const socket = connect({ port, host: '127.0.0.1' });
		this.#socket = socket;
		const greeting = makeGate();
		const serving = makeGate();
		this.served = serving.opened;
		const refused = new Promise<never>((_, reject) => {
			socket.once('error', reject);
			socket.once('close', () => reject(new Error('The program closed the connection')));
		});
		this.greeted = Promise.race([greeting.opened, refused]);
		socket.write(encodeHandshake({ infohash: infohashBytes(infohash), peerId }));
		socket.write(encodeInterested());
		socket.on('data', (chunk) => {
			this.#received = Buffer.concat([this.#received, chunk]);
			if (!this.#isGreeted && this.#received.byteLength >= HANDSHAKE_BYTES) {
				this.#isGreeted = true;
				this.#received = this.#received.subarray(HANDSHAKE_BYTES);
				greeting.open();
			}
			for (const type of this.#takeMessages()) {
				if (type === UNCHOKE)
					socket.write(encodeRequests([{ piece: 0, offsetBytes: 0, lengthBytes: PIECE_BYTES }]));
				else if (type === PIECE) serving.open();
			}
		});
	}

	close(): void {
		this.#socket.destroy();
	}

	/** Types of the whole messages that came. */
	*#takeMessages(): Generator<number> {
		while (this.#isGreeted && this.#received.byteLength >= 4) {
			const lengthBytes = this.#received.readUInt32BE();
			if (this.#received.byteLength < 4 + lengthBytes) return;
			const type = this.#received[4];
			this.#received = this.#received.subarray(4 + lengthBytes);
			if (lengthBytes > 0 && type !== undefined) yield type;
		}
	}
}
