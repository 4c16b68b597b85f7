/** Bytes of files just read, so that most are not read twice: once to plan, once to be added. */

/** Bytes held at most, whatever the folder holds. */
const MAX_HELD_BYTES = 32 * 1024 * 1024;

/** Holds what fits, by file key and digest; a miss only means reading again. */
export class RecentBytes {
	readonly #held = new Map<string, { readonly digest: string; readonly bytes: Uint8Array }>();
	#heldBytes = 0;

	/** Keeps the bytes when there is room. */
	put(key: string, digest: string, bytes: Uint8Array): void {
		this.#drop(key);
		if (this.#heldBytes + bytes.byteLength > MAX_HELD_BYTES) return;
		this.#held.set(key, { digest, bytes });
		this.#heldBytes += bytes.byteLength;
	}

	/** The bytes, no longer held; undefined when they are not here. */
	take(key: string, digest: string): Uint8Array | undefined {
		const held = this.#held.get(key);
		this.#drop(key);
		return held?.digest === digest ? held.bytes : undefined;
	}

	clear(): void {
		this.#held.clear();
		this.#heldBytes = 0;
	}

	#drop(key: string): void {
		const held = this.#held.get(key);
		if (held === undefined) return;
		this.#held.delete(key);
		this.#heldBytes -= held.bytes.byteLength;
	}
}
