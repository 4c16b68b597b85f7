/** Whether downloaded files have the bytes of their source. */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import path from 'node:path';

const CHUNK_BYTES = 4 * 2 ** 20;
const left = Buffer.allocUnsafe(CHUNK_BYTES);
const right = Buffer.allocUnsafe(CHUNK_BYTES);

/**
 * Reads both to the end.
 * @throws Error naming the first file that differs
 */
export function compareFiles(source: string, copy: string, files: readonly string[]): void {
	for (const file of files) {
		const difference = compareFile(path.join(source, file), path.join(copy, file));
		if (difference !== undefined) throw new Error(`${file} is wrong: ${difference}`);
	}
}

function compareFile(source: string, copy: string): string | undefined {
	const a = openSync(source, 'r');
	const b = openSync(copy, 'r');
	try {
		const lengthBytes = fstatSync(a).size;
		if (fstatSync(b).size !== lengthBytes)
			return `${fstatSync(b).size} bytes, expected ${lengthBytes}`;
		for (let at = 0; at < lengthBytes; ) {
			const wanted = Math.min(CHUNK_BYTES, lengthBytes - at);
			const got = readSync(a, left, 0, wanted, at);
			if (got === 0 || readFully(b, right, got, at) !== got) return `it became shorter at ${at}`;
			if (left.compare(right, 0, got, 0, got) !== 0)
				return `differs within ${got} bytes from ${at}`;
			at += got;
		}
		return undefined;
	} finally {
		closeSync(a);
		closeSync(b);
	}
}

function readFully(descriptor: number, target: Buffer, wanted: number, position: number): number {
	let done = 0;
	while (done < wanted) {
		const got = readSync(descriptor, target, done, wanted - done, position + done);
		if (got === 0) break;
		done += got;
	}
	return done;
}
