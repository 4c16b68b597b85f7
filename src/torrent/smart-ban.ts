/**
 * Finds out who sent bad data. Pure: it is told who sent each block of a piece and how the hash
 * check ended, and names the peers that are proven to have lied.
 *
 * Proof is one of: a bad piece came from one peer alone; a block of a bad piece differs from the
 * same block of the piece once it is good; a peer sent two different versions of one block.
 * Everybody else in a bad piece is only a suspect, as most of them are innocent: a suspect goes
 * when five bad pieces in a row had blocks of it and no good piece did.
 */

/** Bytes of a SHA-1. */
const HASH_BYTES = 20;
/** Bad versions of one piece remembered, newest last. */
const MAX_ATTEMPTS = 4;
/** Blocks remembered over all pieces, about 3 MB; the piece that failed first is forgotten first. */
const MAX_BLOCKS = 65536;
/** Bad pieces in a row, without proof, until a suspect is named. */
const MAX_SUSPICION = 5;
/** Suspects counted; the first one makes room. */
const MAX_SUSPECTS = 2000;

interface Attempt<K> {
	readonly senders: readonly (K | undefined)[];
	readonly blockHashes: Uint8Array;
}

/** `K` tells peers apart: an object by identity, or an address to recognise one that comes back. */
export class SmartBan<K> {
	readonly #attemptsByPiece = new Map<number, Attempt<K>[]>();
	readonly #suspicion = new Map<K, number>();
	#blocks = 0;

	/** Pieces with bad versions remembered. */
	get size(): number {
		return this.#attemptsByPiece.size;
	}

	/**
	 * The hash of a piece was wrong.
	 * @param senders - who sent each block; undefined where it is not known (data from disk)
	 * @param blockHashes - SHA-1 of each block, 20 bytes a block; copied
	 * @returns peers now proven to have sent bad data
	 */
	pieceFailed(
		piece: number,
		senders: readonly (K | undefined)[],
		blockHashes: Uint8Array | undefined,
	): readonly K[] {
		const sole = soleSender(senders);
		if (sole !== undefined) {
			this.#suspicion.delete(sole);
			return [sole];
		}
		for (const suspect of new Set(senders)) if (suspect !== undefined) this.#suspect(suspect);
		if (blockHashes === undefined || blockHashes.byteLength !== senders.length * HASH_BYTES)
			return [];
		const attempt = { senders: senders.slice(), blockHashes: blockHashes.slice() };
		const liars = new Set<K>();
		for (const earlier of this.#attemptsByPiece.get(piece) ?? [])
			collectContradictions(earlier, attempt, liars);
		this.#remember(piece, attempt);
		return this.#proven(liars);
	}

	/**
	 * The hash of a piece was right, at last or at once.
	 * @param blockHashes - as above; needed only when `needsBlockHashes` says so
	 * @returns peers now proven to have sent bad data for it before
	 */
	pieceVerified(
		piece: number,
		senders: readonly (K | undefined)[],
		blockHashes: Uint8Array | undefined,
	): readonly K[] {
		// Nearly always: nothing bad was ever sent.
		if (this.#attemptsByPiece.size === 0 && this.#suspicion.size === 0) return [];
		const liars = new Set<K>();
		const attempts = this.#attemptsByPiece.get(piece) ?? [];
		for (const attempt of attempts) {
			if (blockHashes?.byteLength !== attempt.blockHashes.byteLength) continue;
			for (const [block, sender] of attempt.senders.entries()) {
				if (sender !== undefined && !isSameBlock(attempt.blockHashes, blockHashes, block))
					liars.add(sender);
			}
		}
		// Who gave good blocks is no suspect any more; nor is who was only near the bad one.
		for (const sender of senders) if (sender !== undefined) this.#suspicion.delete(sender);
		if (liars.size > 0) this.#exonerate(attempts, liars);
		this.forget(piece);
		return this.#proven(liars);
	}

	/** Whether the next check of the piece should give the hashes of its blocks. */
	needsBlockHashes(piece: number): boolean {
		return this.#attemptsByPiece.has(piece);
	}

	/**
	 * Peers in five bad pieces in a row, without proof: to be disconnected, not banned. Each is
	 * named once; its count starts over. Ask after `pieceFailed`.
	 */
	takeSuspects(): readonly K[] {
		const named: K[] = [];
		for (const [peer, count] of this.#suspicion) {
			if (count < MAX_SUSPICION) continue;
			named.push(peer);
			this.#suspicion.delete(peer);
		}
		return named;
	}

	/** A piece does not matter any more: switched off, or checked on disk. */
	forget(piece: number): void {
		for (const attempt of this.#attemptsByPiece.get(piece) ?? [])
			this.#blocks -= attempt.senders.length;
		this.#attemptsByPiece.delete(piece);
	}

	#remember(piece: number, attempt: Attempt<K>): void {
		const attempts = this.#attemptsByPiece.get(piece) ?? [];
		attempts.push(attempt);
		this.#attemptsByPiece.set(piece, attempts);
		this.#blocks += attempt.senders.length;
		if (attempts.length > MAX_ATTEMPTS) this.#blocks -= attempts.shift()?.senders.length ?? 0;
		for (const oldest of this.#attemptsByPiece.keys()) {
			if (this.#blocks <= MAX_BLOCKS || oldest === piece) break;
			this.forget(oldest);
		}
	}

	#suspect(peer: K): void {
		this.#suspicion.set(peer, (this.#suspicion.get(peer) ?? 0) + 1);
		if (this.#suspicion.size <= MAX_SUSPECTS) return;
		for (const first of this.#suspicion.keys()) {
			this.#suspicion.delete(first);
			break;
		}
	}

	/** The liars of a piece are known: the others were suspected for nothing. */
	#exonerate(attempts: readonly Attempt<K>[], liars: ReadonlySet<K>): void {
		for (const { senders } of attempts) {
			for (const peer of new Set(senders)) {
				if (peer === undefined || liars.has(peer)) continue;
				const count = (this.#suspicion.get(peer) ?? 0) - 1;
				if (count > 0) this.#suspicion.set(peer, count);
				else this.#suspicion.delete(peer);
			}
		}
	}

	#proven(liars: ReadonlySet<K>): readonly K[] {
		for (const liar of liars) this.#suspicion.delete(liar);
		return [...liars];
	}
}

/** The one peer that sent every block; undefined when there were several or one is not known. */
function soleSender<K>(senders: readonly (K | undefined)[]): K | undefined {
	const first = senders[0];
	return senders.every((sender) => sender === first) ? first : undefined;
}

/** Peers that sent one block in two versions: at least one of them was bad. */
function collectContradictions<K>(a: Attempt<K>, b: Attempt<K>, liars: Set<K>): void {
	if (a.senders.length !== b.senders.length) return;
	for (const [block, sender] of b.senders.entries()) {
		if (sender === undefined || a.senders[block] !== sender) continue;
		if (!isSameBlock(a.blockHashes, b.blockHashes, block)) liars.add(sender);
	}
}

function isSameBlock(a: Uint8Array, b: Uint8Array, block: number): boolean {
	const end = (block + 1) * HASH_BYTES;
	for (let at = block * HASH_BYTES; at < end; at++) if (a[at] !== b[at]) return false;
	return true;
}
