/**
 * Fetches one run of blocks from an HTTP seed: its requests one after the other, the download limit
 * applied to its reading, everything the server says checked before it counts.
 */

import type { HttpReach } from '../net/http-agents.js';
import type { HttpStream, HttpStreamer } from '../net/http-stream.js';
import type { GateMember, RateGate } from '../net/rate-gate.js';
import { errorMessage } from '../primitives/app-error.js';
import { BlockAssembler } from './block-assembler.js';
import { judgeAnswer } from './judge-answer.js';
import { failureOf, type SeedFailure, waitFromSeconds } from './seed-failure.js';
import type { SeedBlock, SeedPart } from './seed-part.js';

/** One turn of a peer at the download limit; a bigger chunk waits for as many turns. */
const TURN_BYTES = 16 * 1024;
/** Zeros are made this many at a time. */
const ZEROS: Uint8Array = new Uint8Array(TURN_BYTES);
/** A number of seconds is not longer. */
const MAX_WAIT_TEXT_BYTES = 64;

export interface SeedRunPorts {
	readonly streamer: HttpStreamer;
	readonly gate: RateGate;
	/** Bandwidth turns are shared by this object. */
	readonly group: object;
	readonly reach: HttpReach;
	/** Valid during the call only. */
	onBlock(block: SeedBlock, bytes: Uint8Array): void;
	/** Bytes that had to be read for nothing. */
	onWaste(bytes: number): void;
	/** At the end, once: everything came, or why not. */
	onEnd(failure: SeedFailure | undefined): void;
}

export class SeedRun implements GateMember {
	readonly group: object;
	readonly #ports: SeedRunPorts;
	readonly #parts: readonly SeedPart[];
	readonly #assembler: BlockAssembler;
	#part = 0;
	#stream: HttpStream | undefined;
	/** Of the current part: bytes to read past, then bytes to take. */
	#skipBytes = 0;
	#leftBytes = 0;
	#isCut = false;
	/** The body says how long to wait. */
	#waitText: string | undefined;
	/** Bytes read at the last turn that turns are still due for. */
	#owedBytes = 0;
	#isEnded = false;

	/** @param parts - what the blocks together are made of */
	constructor(ports: SeedRunPorts, blocks: readonly SeedBlock[], parts: readonly SeedPart[]) {
		this.#ports = ports;
		this.group = ports.group;
		this.#parts = parts;
		this.#assembler = new BlockAssembler(blocks, (block, bytes) => {
			if (!this.#isEnded) ports.onBlock(block, bytes);
		});
	}

	/** The blocks that have not come. */
	get missing(): readonly SeedBlock[] {
		return this.#assembler.missing;
	}

	/** Nothing is called back before this returns. */
	start(): void {
		queueMicrotask(() => this.#nextPart());
	}

	/** Ends it without a word. */
	abort(): void {
		if (this.#isEnded) return;
		this.#isEnded = true;
		this.#ports.gate.leave(this);
		this.#stream?.close();
	}

	/** It is this run's turn to read again. */
	onTurn(): void {
		const { gate } = this.#ports;
		do {
			if (this.#isEnded || !gate.enter(this)) return;
			this.#owedBytes -= TURN_BYTES;
		} while (this.#owedBytes > 0);
		this.#stream?.resume();
	}

	#nextPart(): void {
		for (; !this.#isEnded; this.#part++) {
			const part = this.#parts[this.#part];
			if (part === undefined) {
				this.#end(undefined);
				return;
			}
			if (part.type !== 'zeros') {
				this.#request(part);
				return;
			}
			for (let left = part.lengthBytes; left > 0; left -= ZEROS.byteLength)
				this.#assembler.push(ZEROS.subarray(0, Math.min(left, ZEROS.byteLength)));
		}
	}

	#request(part: Exclude<SeedPart, { type: 'zeros' }>): void {
		this.#leftBytes = part.lengthBytes;
		const last = part.type === 'file' ? part.fromBytes + part.lengthBytes - 1 : 0;
		this.#stream = this.#ports.streamer.get(
			part.url,
			{
				reach: this.#ports.reach,
				headers: part.type === 'file' ? { range: `bytes=${part.fromBytes}-${last}` } : {},
			},
			{
				onHead: (head) => {
					const verdict = judgeAnswer(part, head);
					if (verdict.type === 'failed') this.#end(verdict.failure);
					else if (verdict.type === 'wait') this.#waitText = '';
					else {
						this.#skipBytes = verdict.skipBytes;
						this.#isCut = verdict.isCut;
					}
				},
				onData: (chunk) => this.#data(chunk),
				onEnd: () => this.#partEnded(),
				onError: (error) => this.#end(failureOf(error)),
			},
		);
	}

	#data(chunk: Uint8Array): void {
		const { gate } = this.#ports;
		gate.took(chunk.byteLength, this.group);
		if (this.#waitText !== undefined) {
			this.#waitText += new TextDecoder().decode(chunk.subarray(0, MAX_WAIT_TEXT_BYTES));
			if (this.#waitText.length > MAX_WAIT_TEXT_BYTES) this.#partEnded();
			return;
		}
		const skipped = Math.min(this.#skipBytes, chunk.byteLength);
		if (skipped > 0) this.#ports.onWaste(skipped);
		this.#skipBytes -= skipped;
		const taken = Math.min(this.#leftBytes, chunk.byteLength - skipped);
		const isTooMuch = skipped + taken < chunk.byteLength;
		this.#leftBytes -= taken;
		this.#assembler.push(chunk.subarray(skipped, skipped + taken));
		if (this.#isEnded) return;
		if (isTooMuch && !this.#isCut) {
			this.#end({ type: 'refused', reason: 'sent more than it was asked for' });
			return;
		}
		if (this.#isCut && this.#leftBytes === 0) {
			// The rest of the file is not wanted: only closing the connection stops it.
			this.#stream?.close();
			this.#partDone();
			return;
		}
		this.#owedBytes += chunk.byteLength;
		if (gate.enter(this)) this.#owedBytes = 0;
		else this.#stream?.pause();
	}

	#partEnded(): void {
		if (this.#isEnded) return;
		if (this.#waitText !== undefined) {
			const waitMs = waitFromSeconds(this.#waitText);
			this.#end({ type: 'busy', waitMs, reason: 'answered 503' });
		} else if (this.#leftBytes > 0) {
			this.#end({ type: 'refused', reason: 'sent less than it was asked for' });
		} else {
			this.#partDone();
		}
	}

	#partDone(): void {
		this.#stream = undefined;
		this.#part++;
		try {
			this.#nextPart();
		} catch (error) {
			this.#end({ type: 'refused', reason: errorMessage(error) });
		}
	}

	#end(failure: SeedFailure | undefined): void {
		if (this.#isEnded) return;
		this.abort();
		this.#ports.onEnd(failure);
	}
}
