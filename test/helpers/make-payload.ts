/** Payloads with known bytes, and `.torrent` files for them, made without the code under test's hashing. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buildMetainfo } from '../../src/metainfo/build-metainfo.js';

export interface PayloadFile {
	/** `/` between elements; a single file has no folder. */
	readonly path: string;
	readonly bytes: Uint8Array;
	/** BEP 47: zeros that are never on disk. */
	readonly isPadding?: boolean;
}

export interface MadeTorrent {
	readonly name: string;
	readonly metainfoBytes: Uint8Array;
	readonly files: readonly PayloadFile[];
}

/** Bytes that look random and are the same for the same seed. */
export function pseudoRandomBytes(lengthBytes: number, seed: number): Uint8Array {
	const bytes = new Uint8Array(lengthBytes);
	let state = seed >>> 0 || 1;
	for (let i = 0; i < lengthBytes; i++) {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		bytes[i] = state;
	}
	return bytes;
}

/**
 * A torrent of one file (a single entry without a folder) or of a folder.
 * @param name - the payload's name; for a single file its `path` is ignored
 */
export function makeTorrent(
	name: string,
	files: readonly PayloadFile[],
	options: {
		readonly pieceLengthBytes?: number;
		readonly tiers?: readonly (readonly string[])[];
		readonly isPrivate?: boolean;
		readonly comment?: string;
		readonly isFolder?: boolean;
		readonly webSeeds?: readonly string[];
		readonly httpSeeds?: readonly string[];
	} = {},
): MadeTorrent {
	const pieceLengthBytes = options.pieceLengthBytes ?? 32768;
	const whole = Buffer.concat(files.map((file) => file.bytes));
	const hashes: Uint8Array[] = [];
	for (let at = 0; at < whole.byteLength; at += pieceLengthBytes) {
		hashes.push(
			createHash('sha1')
				.update(whole.subarray(at, at + pieceLengthBytes))
				.digest(),
		);
	}
	const isFolder = options.isFolder ?? files.length > 1;
	const announce = options.tiers?.[0]?.[0];
	const metainfoBytes = buildMetainfo({
		name,
		pieceLengthBytes,
		pieceHashes: Buffer.concat(hashes),
		...(isFolder
			? {
					files: files.map((file) => ({
						path: file.path.split('/'),
						lengthBytes: file.bytes.byteLength,
						isPadding: file.isPadding ?? false,
					})),
				}
			: { lengthBytes: whole.byteLength }),
		...(announce === undefined ? {} : { announce }),
		...(options.tiers === undefined ? {} : { tiers: options.tiers }),
		...(options.isPrivate === undefined ? {} : { isPrivate: options.isPrivate }),
		...(options.comment === undefined ? {} : { comment: options.comment }),
		webSeeds: options.webSeeds ?? [],
		httpSeeds: options.httpSeeds ?? [],
	});
	return { name, metainfoBytes, files };
}

/** Writes the payload where a session with this download folder looks for it. */
export async function writePayload(folder: string, torrent: MadeTorrent): Promise<void> {
	for (const { file, bytes } of placed(folder, torrent)) {
		await mkdir(path.dirname(file), { recursive: true });
		await writeFile(file, bytes);
	}
}

/** True when every file of the payload is there with the right bytes. */
export async function isPayloadIn(folder: string, torrent: MadeTorrent): Promise<boolean> {
	for (const { file, bytes } of placed(folder, torrent)) {
		const found = await readFile(file).catch(() => undefined);
		if (found === undefined || Buffer.compare(found, bytes) !== 0) return false;
	}
	return true;
}

function placed(folder: string, torrent: MadeTorrent): { file: string; bytes: Uint8Array }[] {
	const [only] = torrent.files;
	if (torrent.files.length === 1 && only !== undefined && !only.path.includes('/')) {
		return [{ file: path.join(folder, torrent.name), bytes: only.bytes }];
	}
	return torrent.files
		.filter((file) => file.isPadding !== true)
		.map((file) => ({
			file: path.join(folder, torrent.name, ...file.path.split('/')),
			bytes: file.bytes,
		}));
}
