/** A sink that writes down everything the decoder tells it, for comparison. */
import { toHex } from '../../src/primitives/bytes.js';
import type { WireSink } from '../../src/wire/decoder.js';
import type { WireMessage } from '../../src/wire/message.js';

export type Recorded =
	| WireMessage
	| { type: 'block-start'; piece: number; offsetBytes: number; lengthBytes: number }
	| { type: 'block'; piece: number; offsetBytes: number; payload: string };

export class RecordingSink implements WireSink {
	readonly events: Recorded[] = [];
	/** Called with every message, before it is written down. */
	onMessage: (message: WireMessage) => void = () => {};
	/** Blocks of these pieces are discarded. */
	readonly discardedPieces: Set<number> = new Set();
	view: Uint8Array = new Uint8Array(0);

	message(message: WireMessage): void {
		this.onMessage(message);
		this.events.push(message);
	}

	blockStart(piece: number, offsetBytes: number, lengthBytes: number): Uint8Array | undefined {
		this.events.push({ type: 'block-start', piece, offsetBytes, lengthBytes });
		if (this.discardedPieces.has(piece)) return undefined;
		this.view = new Uint8Array(lengthBytes);
		return this.view;
	}

	blockEnd(piece: number, offsetBytes: number, lengthBytes: number): void {
		const payload = toHex(this.view.subarray(0, lengthBytes));
		this.events.push({ type: 'block', piece, offsetBytes, payload });
	}
}
