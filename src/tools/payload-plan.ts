/** How the files of a new torrent lie one after the other, with padding between them (BEP 47). */
import type { BuildFile } from '../metainfo/build-metainfo.js';
import type { StoredFile } from '../storage/storage.js';
import type { InputFile } from './walk-input.js';

export interface PayloadPlan {
	/** As they are written in the torrent. */
	readonly files: readonly BuildFile[];
	/** As they are hashed, in the same order. */
	readonly stored: readonly StoredFile[];
	readonly totalBytes: number;
}

/**
 * @param alignBytes - every file starts at a multiple of it, behind zeros; 0 for no padding
 */
export function planPayload(input: readonly InputFile[], alignBytes: number): PayloadPlan {
	const files: BuildFile[] = [];
	const stored: StoredFile[] = [];
	let offsetBytes = 0;
	const add = (file: BuildFile, absolutePath: string): void => {
		const { lengthBytes, isPadding = false } = file;
		files.push(file);
		stored.push({ path: absolutePath, lengthBytes, offsetBytes, isPadding, isExecutable: false });
		offsetBytes += lengthBytes;
	};
	for (const { path, absolutePath, lengthBytes } of input) {
		const tailBytes = alignBytes === 0 ? 0 : offsetBytes % alignBytes;
		if (tailBytes > 0 && lengthBytes > 0) {
			const padBytes = alignBytes - tailBytes;
			add({ path: ['.pad', String(padBytes)], lengthBytes: padBytes, isPadding: true }, '');
		}
		add({ path, lengthBytes }, absolutePath);
	}
	return { files, stored, totalBytes: offsetBytes };
}
