/**
 * Who was asked for which block: the pieces that were begun, the requests that are out, and what
 * each peer has been asked for. Says nothing about which block to ask for next.
 */
import { PartialPiece } from './partial-piece.js';
import { type BlockRequest, RequestQueue } from './request-queue.js';

/** What one peer was asked for. */
export interface PeerRequests<K> {
	outstanding: number;
	/** The piece it works on alone. */
	owned: PartialPiece<K> | undefined;
	/** The last piece of a run of small ones it was asked for; -1 without any. */
	runAfter: number;
}

/** What an arriving block meant; see `PiecePicker.received`. */
export interface Received<K> {
	readonly isNew: boolean;
	readonly others: readonly K[];
	readonly isPieceComplete: boolean;
}

const NOT_NEW: Received<never> = { isNew: false, others: [], isPieceComplete: false };
const NEW: Received<never> = { isNew: true, others: [], isPieceComplete: false };
const NEW_AND_LAST: Received<never> = { isNew: true, others: [], isPieceComplete: true };

export class InFlight<K> {
	readonly queue: RequestQueue<K> = new RequestQueue<K>();
	/** Wanted pieces with free blocks: those anybody may go on with, and those with an owner. */
	readonly shared: PartialPiece<K>[] = [];
	readonly owned: PartialPiece<K>[] = [];
	readonly #partials = new Map<number, PartialPiece<K>>();
	readonly #peers = new Map<K, PeerRequests<K>>();
	readonly #exclusive = new Set<PartialPiece<K>>();

	get partialCount(): number {
		return this.#partials.size;
	}

	/** Peers that were asked for something and have not gone since. */
	get peerCount(): number {
		return this.#peers.size;
	}

	partials(): IterableIterator<PartialPiece<K>> {
		return this.#partials.values();
	}

	get(piece: number): PartialPiece<K> | undefined {
		return this.#partials.get(piece);
	}

	/** Begins a piece; `owner` may be undefined. */
	open(
		piece: number,
		blockCount: number,
		priority: number,
		owner: K | undefined,
		isExclusive: boolean,
	): PartialPiece<K> {
		const partial = new PartialPiece<K>(piece, blockCount, priority);
		partial.isExclusive = isExclusive;
		if (isExclusive) this.#exclusive.add(partial);
		this.#partials.set(piece, partial);
		if (owner !== undefined) this.own(partial, owner);
		else this.#list(partial);
		return partial;
	}

	/** Ends a piece: verified, failed, or given up. Its requests are void. */
	drop(partial: PartialPiece<K>): void {
		partial.forEachRequest((request) => {
			for (const peer of request.peers) this.#forgetRequest(peer);
			this.queue.remove(request);
		});
		this.#unlist(partial);
		this.#clearOwner(partial);
		this.#exclusive.delete(partial);
		this.#partials.delete(partial.piece);
	}

	dropAll(): void {
		for (const partial of this.#partials.values()) this.drop(partial);
	}

	setPriority(partial: PartialPiece<K>, priority: number): void {
		this.#unlist(partial);
		partial.priority = priority;
		this.#list(partial);
	}

	/** Gives a piece to one peer; it goes on with it before anything else. */
	own(partial: PartialPiece<K>, peer: K): void {
		const requests = this.#peer(peer);
		if (requests.owned === partial) return;
		if (requests.owned !== undefined) this.share(requests.owned);
		this.#unlist(partial);
		this.#clearOwner(partial);
		partial.owner = peer;
		requests.owned = partial;
		this.#list(partial);
	}

	/** The piece belongs to nobody; an exclusive one waits for its next owner. */
	share(partial: PartialPiece<K>): void {
		this.#unlist(partial);
		this.#clearOwner(partial);
		this.#list(partial);
	}

	/** A piece asked from one peer may be asked from several again. */
	endExclusive(partial: PartialPiece<K>): void {
		partial.isExclusive = false;
		this.#exclusive.delete(partial);
	}

	/** Pieces that only one peer may be asked for at a time. */
	get exclusive(): ReadonlySet<PartialPiece<K>> {
		return this.#exclusive;
	}

	ownedBy(peer: K): PartialPiece<K> | undefined {
		return this.#peers.get(peer)?.owned;
	}

	outstanding(peer: K): number {
		return this.#peers.get(peer)?.outstanding ?? 0;
	}

	/** The piece a peer's run of small ones has come to; -1 without any. */
	runAfter(peer: K): number {
		return this.#peers.get(peer)?.runAfter ?? -1;
	}

	setRunAfter(peer: K, piece: number): void {
		this.#peer(peer).runAfter = piece;
	}

	/** Asks a peer for a free block. */
	request(partial: PartialPiece<K>, block: number, peer: K): void {
		partial.setRequest(block, this.queue.add(partial.piece, block, peer));
		if (partial.free === 0) this.#unlist(partial);
		this.#peer(peer).outstanding++;
	}

	/** Asks one more peer for a block that others were asked for. */
	duplicate(request: BlockRequest<K>, peer: K): void {
		this.queue.addPeer(request, peer);
		this.#peer(peer).outstanding++;
	}

	/** @returns false when the peer was not asked for the block */
	release(peer: K, piece: number, block: number): boolean {
		const partial = this.#partials.get(piece);
		const request = partial?.request(block);
		if (partial === undefined || request === undefined) return false;
		const at = request.peers.indexOf(peer);
		if (at < 0) return false;
		request.peers.splice(at, 1);
		this.#forgetRequest(peer);
		if (request.peers.length === 0) {
			this.queue.remove(request);
			partial.clearRequest(block);
		}
		this.#disown(partial, peer);
		return true;
	}

	/** Every request to a peer is void. @returns the pieces that were concerned */
	releaseAll(peer: K): readonly PartialPiece<K>[] {
		const requests = this.#peers.get(peer);
		if (requests === undefined) return [];
		const concerned = new Set<PartialPiece<K>>();
		// Memory bounds how many are out in all, and peers go seldom; a list for each would cost every block.
		let left = requests.outstanding;
		for (let request = this.queue.first; request !== undefined && left > 0; ) {
			const { piece, block, next } = request;
			const partial = this.#partials.get(piece);
			if (partial !== undefined && request.peers.includes(peer)) {
				left--;
				concerned.add(partial);
				this.release(peer, piece, block);
			}
			request = next;
		}
		if (requests.owned !== undefined) this.#disown(requests.owned, peer);
		this.#peers.delete(peer);
		return [...concerned];
	}

	/** A block arrived for a piece that was begun. */
	received(partial: PartialPiece<K>, block: number, peer: K): Received<K> {
		if (partial.isReceived(block)) return NOT_NEW;
		const request = partial.request(block);
		let others: K[] | undefined;
		if (request !== undefined) {
			for (const asked of request.peers) {
				this.#forgetRequest(asked);
				if (asked !== peer) others = [...(others ?? []), asked];
			}
			this.queue.remove(request);
			partial.clearRequest(block);
		}
		partial.setReceived(block);
		this.#unlist(partial);
		this.#list(partial);
		if (others !== undefined) return { isNew: true, others, isPieceComplete: partial.isComplete };
		return partial.isComplete ? NEW_AND_LAST : NEW;
	}

	/** A block that was here is missing after all. @returns false when it was not here */
	discard(partial: PartialPiece<K>, block: number): boolean {
		if (!partial.isReceived(block)) return false;
		this.#unlist(partial);
		partial.clearReceived(block);
		this.#list(partial);
		return true;
	}

	#disown(partial: PartialPiece<K>, peer: K): void {
		this.#unlist(partial);
		if (partial.owner === peer) this.#clearOwner(partial);
		partial.disown(peer);
		this.#list(partial);
	}

	#clearOwner(partial: PartialPiece<K>): void {
		if (partial.owner === undefined) return;
		const owner = this.#peers.get(partial.owner);
		if (owner?.owned === partial) owner.owned = undefined;
		partial.owner = undefined;
	}

	/** Puts a piece into the list it belongs to; it must be in none. */
	#list(partial: PartialPiece<K>): void {
		if (partial.free === 0 || partial.priority === 0) return;
		const list = partial.owner === undefined ? this.shared : this.owned;
		partial.listIndex = list.length;
		list.push(partial);
	}

	#unlist(partial: PartialPiece<K>): void {
		if (partial.listIndex < 0) return;
		const list = partial.owner === undefined ? this.shared : this.owned;
		const last = list.pop();
		if (last !== undefined && last !== partial) {
			list[partial.listIndex] = last;
			last.listIndex = partial.listIndex;
		}
		partial.listIndex = -1;
	}

	#peer(peer: K): PeerRequests<K> {
		let requests = this.#peers.get(peer);
		if (requests === undefined) {
			requests = { outstanding: 0, owned: undefined, runAfter: -1 };
			this.#peers.set(peer, requests);
		}
		return requests;
	}

	#forgetRequest(peer: K): void {
		const requests = this.#peers.get(peer);
		if (requests !== undefined) requests.outstanding--;
	}
}
