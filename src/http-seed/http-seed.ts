/**
 * One HTTP seed (BEP 17 or 19) while a torrent downloads from it: it is asked for blocks like a peer
 * that has everything, fetches runs of them with few big requests, and ends with its first failure.
 * Whether and when it is tried again is its owner's decision.
 */
import type { HttpReach } from '../net/http-agents.js';
import type { HttpStreamer } from '../net/http-stream.js';
import type { RateGate } from '../net/rate-gate.js';
import type { Bitfield } from '../primitives/bitfield.js';
import { RateMeter } from '../primitives/rate-meter.js';
import { runDepth } from './run-depth.js';
import type { SeedFailure } from './seed-failure.js';
import type { PlanParts, SeedBlock } from './seed-part.js';
import { SeedRun } from './seed-run.js';

/** Requests at one time: the second one hides the round trip between two. */
const MAX_CONNECTIONS = 2;

/** As for peers: long enough to be calm, short enough to follow. */
const RATE_WINDOW_MS = 5000;

const NO_PIECES: ReadonlySet<number> = new Set();

export interface HttpSeedPorts {
	readonly streamer: HttpStreamer;
	readonly gate: RateGate;
	/** Bandwidth turns are shared by this object. */
	readonly group: object;
	readonly reach: HttpReach;
	readonly pieceLengthBytes: number;
	readonly planParts: PlanParts;
	now(): number;
	/** A place for a second connection; false when there is none. */
	takeConnection(): boolean;
	freeConnection(): void;
	/** Valid during the call only. */
	onBlock(seed: HttpSeed, block: SeedBlock, bytes: Uint8Array): void;
	onWaste(bytes: number): void;
	/** It is over, once; not called after `close`. */
	onFailed(seed: HttpSeed, failure: SeedFailure): void;
}

export interface HttpSeedOptions {
	/** Shown to people: host and port. */
	readonly host: string;
	readonly bitfield: Bitfield;
	readonly nowMs: number;
}

interface Run {
	readonly run: SeedRun;
	/** Payload offsets of the blocks that are still wanted. */
	readonly wanted: Set<number>;
	readonly holdsConnection: boolean;
}

export class HttpSeed {
	readonly host: string;
	readonly bitfield: Bitfield;
	readonly connectedAtMs: number;
	readonly download: RateMeter = new RateMeter(RATE_WINDOW_MS);

	// What a download knows of everybody it asks; an HTTP seed never chokes.
	readonly amInterested = true;
	readonly peerChoking = false;
	readonly allowedFast: ReadonlySet<number> = NO_PIECES;
	/** Blocks it was asked for and has not sent: block key -> when asked. In order of asking. */
	readonly outstanding: Map<number, number> = new Map();
	blocksReceived = 0;
	isProven = false;
	isSnubbed = false;
	lastBlockAtMs: number;
	restsUntilMs = 0;

	readonly #ports: HttpSeedPorts;
	readonly #queue: SeedBlock[][] = [];
	readonly #runs = new Set<Run>();
	#lastPiece = -1;
	#isClosed = false;

	constructor(ports: HttpSeedPorts, options: HttpSeedOptions) {
		this.#ports = ports;
		this.host = options.host;
		this.bitfield = options.bitfield;
		this.connectedAtMs = options.nowMs;
		this.lastBlockAtMs = options.nowMs;
	}

	get isClosed(): boolean {
		return this.#isClosed;
	}

	/** It is best asked for whole pieces in a row, going on after this one; -1: from anywhere. */
	get runAfter(): number {
		return this.#lastPiece;
	}

	/** How many blocks to have outstanding. */
	depth(nowMs: number): number {
		return runDepth(this.download.rate(nowMs), this.blocksReceived);
	}

	/** Asks for blocks; those that follow each other in the payload come with one request. */
	request(blocks: readonly SeedBlock[]): void {
		let run: SeedBlock[] = [];
		for (const block of blocks) {
			const before = run.at(-1);
			if (before !== undefined && this.#end(before) !== this.#start(block)) {
				this.#queue.push(run);
				run = [];
			}
			run.push(block);
			this.#lastPiece = block.piece;
		}
		if (run.length > 0) this.#queue.push(run);
		this.#startRuns();
	}

	/** The block is not wanted any more; a request without wanted blocks is given up. */
	cancel(block: SeedBlock): void {
		const start = this.#start(block);
		for (const run of this.#runs) {
			if (!run.wanted.delete(start) || run.wanted.size > 0) continue;
			this.#drop(run);
		}
		for (const [index, queued] of this.#queue.entries()) {
			const at = queued.findIndex((each) => this.#start(each) === start);
			if (at < 0) continue;
			this.#queue.splice(index, 1, queued.slice(0, at), queued.slice(at + 1));
			break;
		}
		if (this.isSnubbed) this.#failed({ type: 'broken', reason: 'sends nothing' });
		else this.#startRuns();
	}

	/** Ends it because of what it did. */
	drop(reason: string): void {
		this.#failed({ type: 'broken', reason });
	}

	/** Ends its requests; nothing is told to the owner any more. */
	close(): void {
		if (this.#isClosed) return;
		this.#isClosed = true;
		this.#queue.length = 0;
		for (const run of this.#runs) this.#drop(run);
	}

	#startRuns(): void {
		while (!this.#isClosed && this.#runs.size < MAX_CONNECTIONS) {
			const blocks = this.#queue[0];
			if (blocks === undefined) return;
			const [first] = blocks;
			const last = blocks.at(-1);
			if (first === undefined || last === undefined) {
				this.#queue.shift();
				continue;
			}
			const isExtra = this.#runs.size > 0;
			if (isExtra && !this.#ports.takeConnection()) return;
			this.#queue.shift();
			const start = this.#start(first);
			const parts = this.#ports.planParts(start, this.#end(last) - start);
			const run: Run = {
				run: new SeedRun(
					{
						...this.#sharedPorts,
						onBlock: (block, bytes) => {
							run.wanted.delete(this.#start(block));
							this.#ports.onBlock(this, block, bytes);
						},
						onEnd: (failure) => {
							this.#drop(run);
							if (failure === undefined) this.#startRuns();
							else this.#failed(failure);
						},
					},
					blocks,
					parts,
				),
				wanted: new Set(blocks.map((block) => this.#start(block))),
				holdsConnection: isExtra,
			};
			this.#runs.add(run);
			run.run.start();
		}
	}

	get #sharedPorts(): Pick<HttpSeedPorts, 'streamer' | 'gate' | 'group' | 'reach'> & {
		onWaste(bytes: number): void;
	} {
		const { streamer, gate, group, reach } = this.#ports;
		return { streamer, gate, group, reach, onWaste: (bytes) => this.#ports.onWaste(bytes) };
	}

	#drop(run: Run): void {
		if (!this.#runs.delete(run)) return;
		run.run.abort();
		if (run.holdsConnection) this.#ports.freeConnection();
	}

	#failed(failure: SeedFailure): void {
		if (this.#isClosed) return;
		this.close();
		this.#ports.onFailed(this, failure);
	}

	#start({ piece, offsetBytes }: SeedBlock): number {
		return piece * this.#ports.pieceLengthBytes + offsetBytes;
	}

	#end(block: SeedBlock): number {
		return this.#start(block) + block.lengthBytes;
	}
}
