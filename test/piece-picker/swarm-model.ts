/** A picker's world done the slow and obvious way, to compare the picker with. */
import { blockCount, type PieceLayout, pieceBytes } from '../../src/metainfo/piece-layout.js';
import { Bitfield } from '../../src/primitives/bitfield.js';

export interface ModelPeer {
	readonly name: string;
	field: Bitfield;
	isHere: boolean;
}

export class SwarmModel {
	readonly layout: PieceLayout;
	readonly peers: readonly ModelPeer[];
	readonly have = new Set<number>();
	readonly failed = new Set<number>();
	/** `piece.block` of blocks that are here and not verified. */
	readonly received = new Set<string>();
	readonly requests = new Map<string, Set<string>>();
	priorities: number[];
	/** Whether any pick was for a slow peer: its pieces are then left alone by others. */
	hadSlowPeer = false;

	constructor(layout: PieceLayout, peerNames: readonly string[]) {
		this.layout = layout;
		this.priorities = Array.from({ length: layout.pieceCount }, () => 2);
		this.peers = peerNames.map((name) => ({
			name,
			field: new Bitfield(layout.pieceCount),
			isHere: false,
		}));
	}

	pieces(): number[] {
		return Array.from({ length: this.layout.pieceCount }, (_, piece) => piece);
	}

	blocks(piece: number): number[] {
		return Array.from({ length: blockCount(this.layout, piece) }, (_, block) => block);
	}

	isNeeded(piece: number): boolean {
		return !this.have.has(piece) && (this.priorities[piece] ?? 0) > 0;
	}

	requesters(piece: number, block: number): ReadonlySet<string> {
		return this.requests.get(`${piece}.${block}`) ?? new Set();
	}

	isFree(piece: number, block: number): boolean {
		const key = `${piece}.${block}`;
		return !this.received.has(key) && this.requesters(piece, block).size === 0;
	}

	isBegun(piece: number): boolean {
		return this.blocks(piece).some((block) => !this.isFree(piece, block));
	}

	freeBlocks(piece: number): number {
		return this.blocks(piece).filter((block) => this.isFree(piece, block)).length;
	}

	isComplete(piece: number): boolean {
		return this.blocks(piece).every((block) => this.received.has(`${piece}.${block}`));
	}

	availability(piece: number): number {
		return this.peers.filter((peer) => peer.isHere && peer.field.has(piece)).length;
	}

	distributedCopies(): number {
		const counts = this.pieces().map((piece) => this.availability(piece));
		const lowest = Math.min(...counts);
		return lowest + counts.filter((count) => count > lowest).length / counts.length;
	}

	isInteresting(field: Bitfield): boolean {
		return this.pieces().some((piece) => field.has(piece) && this.isNeeded(piece));
	}

	/** No block that any connected peer could send is free, and some are asked for. */
	isEndgame(): boolean {
		return (
			this.requests.size > 0 &&
			this.pieces().every(
				(piece) =>
					!this.isNeeded(piece) || this.availability(piece) === 0 || this.freeBlocks(piece) === 0,
			)
		);
	}

	wantedBytes(isDone: boolean): number {
		let bytes = 0;
		for (const piece of this.pieces()) {
			if ((this.priorities[piece] ?? 0) === 0 || (isDone && !this.have.has(piece))) continue;
			bytes += pieceBytes(this.layout, piece);
		}
		return bytes;
	}

	request(peer: string, piece: number, block: number): void {
		const key = `${piece}.${block}`;
		const requesters = this.requests.get(key) ?? new Set();
		requesters.add(peer);
		this.requests.set(key, requesters);
	}

	release(peer: string, piece: number, block: number): void {
		const key = `${piece}.${block}`;
		const requesters = this.requests.get(key);
		requesters?.delete(peer);
		if (requesters?.size === 0) this.requests.delete(key);
	}

	releaseAll(peer: string): void {
		for (const piece of this.pieces())
			for (const block of this.blocks(piece)) this.release(peer, piece, block);
	}

	/** Forgets everything about an unverified piece. */
	clear(piece: number): void {
		for (const block of this.blocks(piece)) {
			this.received.delete(`${piece}.${block}`);
			this.requests.delete(`${piece}.${block}`);
		}
	}

	outstandingOf(peer: string): { piece: number; block: number }[] {
		return this.pieces().flatMap((piece) =>
			this.blocks(piece)
				.filter((block) => this.requesters(piece, block).has(peer))
				.map((block) => ({ piece, block })),
		);
	}
}
