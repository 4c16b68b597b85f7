/** The demo's payloads: made-up bytes on disk and a `.torrent` for each. */
import { createHash } from 'node:crypto';
import { mkdir, open } from 'node:fs/promises';
import path from 'node:path';
import { buildMetainfo } from '../../metainfo/build-metainfo.js';

const PIECE_LENGTH_BYTES = 256 * 1024;
const MIB = 1024 * 1024;

export interface SampleFile {
	/** Below the sample's folder; the file itself when the sample is a single file. */
	readonly path: readonly string[];
	readonly lengthBytes: number;
}

export interface Sample {
	readonly name: string;
	readonly isMultiFile: boolean;
	readonly files: readonly SampleFile[];
}

/** A single file, a folder of odd sizes, and one large enough to watch. */
export function demoSamples(largeMib: number): readonly Sample[] {
	return [
		singleFile('one-file.bin', 3 * MIB),
		{
			name: 'odd-sizes',
			isMultiFile: true,
			files: [
				{ path: ['empty.txt'], lengthBytes: 0 },
				{ path: ['one-byte.bin'], lengthBytes: 1 },
				{ path: ['one-block.bin'], lengthBytes: 16_384 },
				{ path: ['inside', 'one-block-and-a-byte.bin'], lengthBytes: 16_385 },
				{ path: ['inside', 'deeper', 'prime.bin'], lengthBytes: 4_999_999 },
			],
		},
		singleFile('large-file.bin', largeMib * MIB),
	];
}

/** Where a file of a sample is below a folder. */
export function samplePath(folder: string, sample: Sample, file: SampleFile): string {
	return sample.isMultiFile
		? path.join(folder, sample.name, ...file.path)
		: path.join(folder, sample.name);
}

export function sampleBytes(sample: Sample): number {
	return sample.files.reduce((total, file) => total + file.lengthBytes, 0);
}

/**
 * Writes a sample's files below `folder`.
 * @param seed - decides the bytes
 * @returns the bytes of its `.torrent`
 */
export async function writeSample(
	sample: Sample,
	folder: string,
	announceUrl: string,
	seed: number,
): Promise<Uint8Array> {
	const hashes: Uint8Array[] = [];
	let hash = createHash('sha1');
	let room = PIECE_LENGTH_BYTES;
	const take = (bytes: Uint8Array): void => {
		for (let at = 0; at < bytes.byteLength; ) {
			const end = Math.min(bytes.byteLength, at + room);
			hash.update(bytes.subarray(at, end));
			room -= end - at;
			at = end;
			if (room > 0) continue;
			hashes.push(hash.digest());
			hash = createHash('sha1');
			room = PIECE_LENGTH_BYTES;
		}
	};
	const noise = makeNoise(seed);
	for (const file of sample.files) {
		const filePath = samplePath(folder, sample, file);
		await mkdir(path.dirname(filePath), { recursive: true });
		await writeNoise(filePath, file.lengthBytes, noise, take);
	}
	if (room < PIECE_LENGTH_BYTES) hashes.push(hash.digest());
	return buildMetainfo({
		name: sample.name,
		pieceLengthBytes: PIECE_LENGTH_BYTES,
		pieceHashes: Uint8Array.from(Buffer.concat(hashes)),
		announce: announceUrl,
		comment: 'A sample of the btmany demo',
		...(sample.isMultiFile
			? { files: sample.files }
			: { lengthBytes: sample.files[0]?.lengthBytes ?? 0 }),
	});
}

async function writeNoise(
	filePath: string,
	lengthBytes: number,
	noise: (words: Uint32Array) => void,
	onBytes: (bytes: Uint8Array) => void,
): Promise<void> {
	const words = new Uint32Array(PIECE_LENGTH_BYTES / 4);
	const handle = await open(filePath, 'wx');
	try {
		for (let left = lengthBytes; left > 0; ) {
			noise(words);
			const bytes = new Uint8Array(words.buffer, 0, Math.min(left, words.byteLength));
			await handle.writeFile(bytes);
			onBytes(bytes);
			left -= bytes.byteLength;
		}
	} finally {
		await handle.close();
	}
}

/** Fast bytes that do not compress: xorshift32. */
function makeNoise(seed: number): (words: Uint32Array) => void {
	let state = (seed * 0x9e3779b1) >>> 0 || 1;
	return (words) => {
		for (let i = 0; i < words.length; i++) {
			state ^= state << 13;
			state ^= state >>> 17;
			state ^= state << 5;
			words[i] = state;
		}
	};
}

function singleFile(name: string, lengthBytes: number): Sample {
	return { name, isMultiFile: false, files: [{ path: [name], lengthBytes }] };
}
