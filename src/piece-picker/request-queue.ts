/**
 * Every block asked for and not yet here, longest-waiting first: a linked list whose nodes are
 * used again, so that steady downloading makes no garbage.
 */

/** One block and the peers asked for it; `peers` is never empty while it is queued. */
export interface BlockRequest<K> {
	piece: number;
	block: number;
	readonly peers: K[];
	previous: BlockRequest<K> | undefined;
	next: BlockRequest<K> | undefined;
}

/** Spare nodes kept for use again. */
const MAX_SPARE = 4096;

export class RequestQueue<K> {
	#first: BlockRequest<K> | undefined;
	#last: BlockRequest<K> | undefined;
	#size = 0;
	readonly #spare: BlockRequest<K>[] = [];

	get size(): number {
		return this.#size;
	}

	/** The one nobody was asked for the longest. */
	get first(): BlockRequest<K> | undefined {
		return this.#first;
	}

	add(piece: number, block: number, peer: K): BlockRequest<K> {
		const request = this.#spare.pop() ?? {
			piece,
			block,
			peers: [],
			previous: undefined,
			next: undefined,
		};
		request.piece = piece;
		request.block = block;
		request.peers.push(peer);
		this.#append(request);
		this.#size++;
		return request;
	}

	/** Takes a request out; the object must not be used afterwards. */
	remove(request: BlockRequest<K>): void {
		this.#unlink(request);
		this.#size--;
		request.peers.length = 0;
		if (this.#spare.length < MAX_SPARE) this.#spare.push(request);
	}

	/** One more peer was asked for the block just now. */
	addPeer(request: BlockRequest<K>, peer: K): void {
		request.peers.push(peer);
		this.#unlink(request);
		this.#append(request);
	}

	#append(request: BlockRequest<K>): void {
		request.previous = this.#last;
		if (this.#last === undefined) this.#first = request;
		else this.#last.next = request;
		this.#last = request;
	}

	#unlink(request: BlockRequest<K>): void {
		if (request.previous === undefined) this.#first = request.next;
		else request.previous.next = request.next;
		if (request.next === undefined) this.#last = request.previous;
		else request.next.previous = request.previous;
		request.previous = undefined;
		request.next = undefined;
	}
}
