/**
 * One direction of the global bandwidth limit. Whoever wants to move bytes asks to enter; when the
 * allowance is used up it waits in line. The next turn is the waiting group's (torrent's) that moved
 * least so far and, inside a group, goes round its members (peers): a torrent with many peers, or
 * with peers that take more at a turn, gets no more than the others.
 */
import type { Clock } from '../primitives/clock.js';
import { TokenBucket } from '../primitives/token-bucket.js';

/** Something that moves bytes: a peer connection in one direction. */
export interface GateMember {
	/** Members with the same group share that group's turns. */
	readonly group: object;
	/** It is this member's turn: move some bytes and report them with `took`, now or soon. */
	onTurn(): void;
	/** Bytes it will report because of its last turn, as far as it can tell; none when left out. */
	readonly comingBytes?: number;
}

/** Waiting longer than this for one turn would make small limits stutter. */
const MAX_WAIT_MS = 200;

/** Whoever waits is served in rounds: a thread that wakes for every block does little but wake. */
const ROUND_MS = 50;
/** A round of a high limit comes sooner, or peers would run dry in between. */
const ROUND_BYTES = 1024 * 1024;

/** A turn is what flows in in this time, so that a round serves several; at least one block. */
const TURN_MS = 16;
const MIN_TURN_BYTES = 16 * 1024;

/** What a group may catch up that had nothing to move for a moment; more would starve the others. */
const CREDIT_BYTES = 256 * 1024;

export class RateGate {
	readonly #bucket: TokenBucket;
	readonly #clock: Clock;
	readonly #waiting = new Map<object, Set<GateMember>>();
	/** Bytes each group moved, on a common scale: who was away comes back level with the others. */
	readonly #moved = new WeakMap<object, number>();
	/** The least any group in line had moved when the last turn was given. */
	#level = 0;
	#cancelTimer: (() => void) | undefined;
	/** Whose turn it is this moment: it may enter once without standing in line again. */
	#atTurn: GateMember | undefined;
	/** Something was moved since the turn was given. */
	#hasMoved = false;

	/** @param bytesPerSecond - 0 means no limit */
	constructor(bytesPerSecond: number, clock: Clock) {
		this.#bucket = new TokenBucket(bytesPerSecond);
		this.#clock = clock;
	}

	get bytesPerSecond(): number {
		return this.#bucket.bytesPerSecond;
	}

	get isLimited(): boolean {
		return this.#bucket.isLimited;
	}

	/** What a member may move at one turn; `Infinity` without a limit. */
	get turnBytes(): number {
		if (!this.#bucket.isLimited) return Number.POSITIVE_INFINITY;
		return Math.max(MIN_TURN_BYTES, Math.floor((this.bytesPerSecond * TURN_MS) / 1000));
	}

	setRate(bytesPerSecond: number): void {
		this.#bucket.setRate(bytesPerSecond, this.#clock.now());
		this.#serve();
	}

	/** True when the member may move bytes now; otherwise it is in line and `onTurn` will be called. */
	enter(member: GateMember): boolean {
		if (!this.#bucket.isLimited) return true;
		if (this.#atTurn === member) {
			this.#atTurn = undefined;
			return true;
		}
		if (this.#waiting.size === 0 && this.#bucket.available(this.#clock.now()) > 0) return true;
		this.#line(member);
		this.#moved.set(member.group, this.#movedBy(member.group));
		this.#schedule();
		return false;
	}

	/** Counts bytes that were moved; a balance below zero is waited for before the next turn. */
	took(bytes: number, group: object): void {
		if (!this.#bucket.isLimited) return;
		this.#hasMoved = true;
		this.#bucket.take(bytes, this.#clock.now());
		this.#moved.set(group, this.#movedBy(group) + bytes);
	}

	/** Out of the line, e.g. because the peer is gone. */
	leave(member: GateMember): void {
		const members = this.#waiting.get(member.group);
		if (members === undefined) return;
		members.delete(member);
		if (members.size === 0) this.#waiting.delete(member.group);
	}

	#schedule(): void {
		if (this.#cancelTimer !== undefined || this.#waiting.size === 0) return;
		const nowMs = this.#clock.now();
		const roundMs = Math.min(ROUND_MS, this.#bucket.waitMs(ROUND_BYTES, nowMs));
		const waitMs = Math.max(1, roundMs, this.#bucket.waitMs(1, nowMs));
		this.#cancelTimer = this.#clock.after(Math.min(MAX_WAIT_MS, waitMs), () => {
			this.#cancelTimer = undefined;
			this.#serve();
		});
	}

	#serve(): void {
		/** Had their turn, moved nothing and stand in line again: they wait for the next time. */
		const idle: GateMember[] = [];
		/** On its way from sockets and the disk: without it a round would let everybody go on one byte. */
		let comingBytes = 0;
		while (this.#waiting.size > 0 && this.#bucket.available(this.#clock.now()) > comingBytes) {
			const member = this.#next();
			if (member === undefined) break;
			this.#atTurn = member;
			this.#hasMoved = false;
			member.onTurn();
			this.#atTurn = undefined;
			comingBytes += member.comingBytes ?? 0;
			if (this.#hasMoved || this.#waiting.get(member.group)?.has(member) !== true) continue;
			this.leave(member);
			idle.push(member);
		}
		for (const member of idle) this.#line(member);
		this.#schedule();
	}

	#line(member: GateMember): void {
		const members = this.#waiting.get(member.group);
		if (members === undefined) this.#waiting.set(member.group, new Set([member]));
		else members.add(member);
	}

	#movedBy(group: object): number {
		return Math.max(this.#level - CREDIT_BYTES, this.#moved.get(group) ?? 0);
	}

	/** Takes the first member of the group that moved least. */
	#next(): GateMember | undefined {
		let next: { readonly group: object; readonly moved: number } | undefined;
		for (const group of this.#waiting.keys()) {
			const moved = this.#movedBy(group);
			if (next === undefined || moved < next.moved) next = { group, moved };
		}
		if (next === undefined) return undefined;
		this.#level = next.moved;
		const members = this.#waiting.get(next.group);
		const [member] = members ?? [];
		if (member !== undefined) members?.delete(member);
		// Behind groups that moved as much.
		this.#waiting.delete(next.group);
		if (members !== undefined && members.size > 0) this.#waiting.set(next.group, members);
		return member;
	}
}
