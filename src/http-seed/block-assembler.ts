/** Cuts a stream of payload bytes into blocks. */
import type { SeedBlock } from './seed-part.js';

export class BlockAssembler {
	readonly #blocks: readonly SeedBlock[];
	readonly #onBlock: (block: SeedBlock, bytes: Uint8Array) => void;
	#next = 0;
	/** The beginning of the next block, when a chunk ended inside it. */
	#begun: Uint8Array | undefined;
	#begunBytes = 0;

	/**
	 * @param blocks - in the order of the payload, without gaps
	 * @param onBlock - called with whole blocks; the bytes are valid during the call only
	 */
	constructor(
		blocks: readonly SeedBlock[],
		onBlock: (block: SeedBlock, bytes: Uint8Array) => void,
	) {
		this.#blocks = blocks;
		this.#onBlock = onBlock;
	}

	/** The blocks that are not complete yet. */
	get missing(): readonly SeedBlock[] {
		return this.#blocks.slice(this.#next);
	}

	/** Takes the next bytes; what lies beyond the last block is ignored. */
	push(chunk: Uint8Array): void {
		let at = 0;
		while (at < chunk.byteLength) {
			const block = this.#blocks[this.#next];
			if (block === undefined) return;
			const wanted = block.lengthBytes - this.#begunBytes;
			const bytes = chunk.subarray(at, at + wanted);
			at += bytes.byteLength;
			if (this.#begunBytes === 0 && bytes.byteLength === wanted) {
				this.#next++;
				this.#onBlock(block, bytes);
				continue;
			}
			this.#begun ??= new Uint8Array(Math.max(...this.#blocks.map((each) => each.lengthBytes)));
			this.#begun.set(bytes, this.#begunBytes);
			this.#begunBytes += bytes.byteLength;
			if (bytes.byteLength < wanted) return;
			this.#begunBytes = 0;
			this.#next++;
			this.#onBlock(block, this.#begun.subarray(0, block.lengthBytes));
		}
	}
}
