/** Compares two files byte by byte, a part at a time. */
import { open } from 'node:fs/promises';

const PART_BYTES = 1024 * 1024;

/** False also when their lengths differ. */
export async function haveSameBytes(pathA: string, pathB: string): Promise<boolean> {
	const a = await open(pathA, 'r');
	try {
		const b = await open(pathB, 'r');
		try {
			const partA = new Uint8Array(PART_BYTES);
			const partB = new Uint8Array(PART_BYTES);
			for (let at = 0; ; ) {
				const readA = (await a.read(partA, 0, PART_BYTES, at)).bytesRead;
				const readB = (await b.read(partB, 0, PART_BYTES, at)).bytesRead;
				// A regular file is only read short at its end.
				if (readA !== readB) return false;
				if (readA === 0) return true;
				if (Buffer.compare(partA.subarray(0, readA), partB.subarray(0, readB)) !== 0) return false;
				at += readA;
			}
		} finally {
			await b.close();
		}
	} finally {
		await a.close();
	}
}
