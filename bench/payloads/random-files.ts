/** Payloads of bytes that nothing can guess or compress, made at the speed of AES. */
import { createCipheriv } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';

const CHUNK_BYTES = 4 * 2 ** 20;
const ZEROS = new Uint8Array(CHUNK_BYTES);

export interface PayloadFile {
	/** Relative, `/` between elements. */
	readonly path: string;
	readonly lengthBytes: number;
}

/**
 * Writes files, the same bytes for the same seed: AES-128-CTR over zeros runs through all of them.
 * It blocks meanwhile: nothing else is to be measured then.
 */
export function writeRandomFiles(
	folder: string,
	files: readonly PayloadFile[],
	seed: number,
): void {
	const key = Buffer.alloc(16);
	key.writeUInt32BE(seed >>> 0);
	const cipher = createCipheriv('aes-128-ctr', key, Buffer.alloc(16));
	for (const file of files) {
		const target = path.join(folder, file.path);
		mkdirSync(path.dirname(target), { recursive: true });
		const descriptor = openSync(target, 'w');
		for (let left = file.lengthBytes; left > 0; ) {
			const chunk = cipher.update(ZEROS.subarray(0, Math.min(left, CHUNK_BYTES)));
			for (let at = 0; at < chunk.byteLength; ) at += writeSync(descriptor, chunk, at);
			left -= chunk.byteLength;
		}
		closeSync(descriptor);
	}
}

/** A file of zeros that takes no room. */
export function writeSparseFile(target: string, lengthBytes: number): void {
	mkdirSync(path.dirname(target), { recursive: true });
	const descriptor = openSync(target, 'w');
	ftruncateSync(descriptor, lengthBytes);
	closeSync(descriptor);
}

/** `count` files of about the same size that together have `totalBytes`; 100 in a folder, odd lengths. */
export function manyFiles(root: string, count: number, totalBytes: number): PayloadFile[] {
	const files: PayloadFile[] = [];
	let left = totalBytes;
	for (let i = 0; i < count; i++) {
		const average = left / (count - i);
		const lengthBytes =
			i === count - 1
				? left
				: Math.max(1, Math.floor(average * (0.5 + ((i * 7919) % 1000) / 1000)));
		files.push({ path: `${root}/${folderName(i)}/${i}.bin`, lengthBytes });
		left -= lengthBytes;
	}
	return files;
}

function folderName(index: number): string {
	return `${Math.floor(index / 100)}`.padStart(3, '0');
}
