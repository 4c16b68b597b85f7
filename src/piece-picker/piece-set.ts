/**
 * A set of pieces as bits, made for one question: which member does a peer have?
 *
 * Memory is taken when the first piece is added, so the set of a complete torrent costs nothing.
 */
import type { Bitfield } from '../primitives/bitfield.js';

/** What was found for one peer's field, and for which state of both that holds. */
interface Finding {
	/** A piece both had; -1 when there was none. */
	witness: number;
	peerCount: number;
	additions: number;
}

const NO_BYTES: Uint8Array = new Uint8Array(0);

export class PieceSet {
	readonly length: number;
	#bytes: Uint8Array = NO_BYTES;
	#count = 0;
	/** Grows with every piece added: a peer found to have nothing is asked again only then. */
	#additions = 0;
	/** No byte before this one has a bit set. */
	#lowestByte = 0;
	readonly #findings = new WeakMap<Bitfield, Finding>();

	/** An empty set of pieces below `length`. */
	constructor(length: number) {
		this.length = length;
	}

	get count(): number {
		return this.#count;
	}

	has(piece: number): boolean {
		return ((this.#bytes[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
	}

	/** True when the piece was not a member before; `piece` must be below `length`. */
	add(piece: number): boolean {
		if (this.has(piece)) return false;
		if (this.#bytes.length === 0) this.#bytes = new Uint8Array(Math.ceil(this.length / 8));
		const at = piece >> 3;
		this.#bytes[at] = (this.#bytes[at] ?? 0) | (0x80 >> (piece & 7));
		if (at < this.#lowestByte) this.#lowestByte = at;
		this.#count++;
		this.#additions++;
		return true;
	}

	/** True when the piece was a member. */
	delete(piece: number): boolean {
		if (!this.has(piece)) return false;
		const at = piece >> 3;
		this.#bytes[at] = (this.#bytes[at] ?? 0) & ~(0x80 >> (piece & 7));
		this.#count--;
		return true;
	}

	/** Empties the set and gives its memory back. */
	clear(): void {
		this.#bytes = NO_BYTES;
		this.#count = 0;
		this.#lowestByte = 0;
	}

	/**
	 * Whether a peer has any member. Answers are remembered per field, so asking again costs
	 * nothing until the remembered piece is gone; a peer's field must only ever grow.
	 */
	hasCommon(peerHas: Bitfield): boolean {
		if (this.#count === 0) return false;
		if (peerHas.isFull) return true;
		const finding = this.#findings.get(peerHas);
		if (finding === undefined) {
			const witness = this.firstCommon(peerHas, 0);
			this.#findings.set(peerHas, {
				witness,
				peerCount: peerHas.count,
				additions: this.#additions,
			});
			return witness >= 0;
		}
		if (finding.witness >= 0 && this.has(finding.witness) && peerHas.has(finding.witness))
			return true;
		const isUnchanged =
			finding.peerCount === peerHas.count && finding.additions === this.#additions;
		if (finding.witness < 0 && isUnchanged) return false;
		finding.witness = this.nextCommon(peerHas, Math.max(0, finding.witness));
		finding.peerCount = peerHas.count;
		finding.additions = this.#additions;
		return finding.witness >= 0;
	}

	/** The first member at or after `from` that the peer has, going round once; -1 without any. */
	nextCommon(peerHas: Bitfield, from: number): number {
		const found = this.firstCommon(peerHas, from);
		return found < 0 && from > 0 ? this.firstCommon(peerHas, 0) : found;
	}

	/** The first member at or after `from` that the peer has; -1 without any. */
	firstCommon(peerHas: Bitfield, from: number): number {
		if (this.#count === 0) return -1;
		const bytes = this.#bytes;
		while (this.#lowestByte < bytes.length && bytes[this.#lowestByte] === 0) this.#lowestByte++;
		const fromByte = from >> 3;
		let at = Math.max(fromByte, this.#lowestByte);
		// Bits before `from` in its own byte do not count.
		let mask = at === fromByte ? 0xff >> (from & 7) : 0xff;
		for (; at < bytes.length; at++) {
			const own = (bytes[at] ?? 0) & mask;
			mask = 0xff;
			if (own === 0) continue;
			const common = own & peerHas.byteAt(at);
			if (common !== 0) return at * 8 + Math.clz32(common) - 24;
		}
		return -1;
	}
}

/** Calls `visit` with every piece of a field, in order. */
export function forEachPiece(field: Bitfield, visit: (piece: number) => void): void {
	if (field.count === 0) return;
	const byteLength = Math.ceil(field.length / 8);
	for (let at = 0; at < byteLength; at++) {
		let byte = field.byteAt(at);
		while (byte !== 0) {
			const bit = Math.clz32(byte) - 24;
			visit(at * 8 + bit);
			byte &= ~(0x80 >> bit);
		}
	}
}
