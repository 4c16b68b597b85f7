/**
 * Which pieces a party has (BEP 3): bit 7 of byte 0 is piece 0; spare bits at the end are zero.
 */
export class Bitfield {
	readonly length: number;
	readonly #bytes: Uint8Array;
	#count = 0;

	/** An empty field of `length` pieces. */
	constructor(length: number) {
		this.length = length;
		this.#bytes = new Uint8Array(Math.ceil(length / 8));
	}

	/**
	 * The field a peer sent, copied; undefined when its length or its spare bits are wrong.
	 */
	static fromBytes(bytes: Uint8Array, length: number): Bitfield | undefined {
		if (bytes.byteLength !== Math.ceil(length / 8)) return undefined;
		const spare = bytes.byteLength * 8 - length;
		if (spare > 0 && ((bytes[bytes.byteLength - 1] ?? 0) & ((1 << spare) - 1)) !== 0)
			return undefined;
		const field = new Bitfield(length);
		field.#bytes.set(bytes);
		field.#count = countBits(field.#bytes);
		return field;
	}

	/** A field with every piece set. */
	static full(length: number): Bitfield {
		const field = new Bitfield(length);
		field.setAll();
		return field;
	}

	/** How many pieces are set. */
	get count(): number {
		return this.#count;
	}

	get isFull(): boolean {
		return this.#count === this.length;
	}

	has(piece: number): boolean {
		return ((this.#bytes[piece >> 3] ?? 0) & (0x80 >> (piece & 7))) !== 0;
	}

	/** Eight pieces at once, piece `index * 8` in the top bit: for scans. 0 beyond the end. */
	byteAt(index: number): number {
		return this.#bytes[index] ?? 0;
	}

	/** Sets a piece; true when it was not set before. Out-of-range indexes are ignored. */
	set(piece: number): boolean {
		if (piece < 0 || piece >= this.length || this.has(piece)) return false;
		const at = piece >> 3;
		this.#bytes[at] = (this.#bytes[at] ?? 0) | (0x80 >> (piece & 7));
		this.#count++;
		return true;
	}

	/** Clears a piece; true when it was set before. */
	clear(piece: number): boolean {
		if (piece < 0 || piece >= this.length || !this.has(piece)) return false;
		const at = piece >> 3;
		this.#bytes[at] = (this.#bytes[at] ?? 0) & ~(0x80 >> (piece & 7));
		this.#count--;
		return true;
	}

	setAll(): void {
		this.#bytes.fill(0xff);
		const spare = this.#bytes.byteLength * 8 - this.length;
		if (spare > 0) this.#bytes[this.#bytes.byteLength - 1] = (0xff << spare) & 0xff;
		this.#count = this.length;
	}

	clearAll(): void {
		this.#bytes.fill(0);
		this.#count = 0;
	}

	/** A copy of the wire form. */
	toBytes(): Uint8Array {
		return this.#bytes.slice();
	}

	clone(): Bitfield {
		const copy = new Bitfield(this.length);
		copy.#bytes.set(this.#bytes);
		copy.#count = this.#count;
		return copy;
	}
}

function countBits(bytes: Uint8Array): number {
	let count = 0;
	for (let byte of bytes) {
		for (; byte !== 0; byte &= byte - 1) count++;
	}
	return count;
}
