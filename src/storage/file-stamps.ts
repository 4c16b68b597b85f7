/**
 * How the files of a torrent lie on disk, on its way from a disk thread: four doubles a file, which
 * are copied in one go where objects would be written, read and made one by one.
 *
 *   0 kind     0 absent, 1 a regular file, 2 something else
 *   1 size     bytes
 *   2 mtime    milliseconds since 1970
 *   3 device
 */
import type { FileStamp } from './storage.js';

const WORDS = 4;
export const ABSENT = 0;
export const FILE = 1;
export const FOREIGN = 2;
export type StampKind = typeof ABSENT | typeof FILE | typeof FOREIGN;

const NOTHING: FileStamp = {
	exists: false,
	isForeign: false,
	sizeBytes: 0,
	mtimeMs: 0,
	device: 0,
};

/** Of files that are all absent. */
export function newStamps(fileCount: number): Float64Array {
	return new Float64Array(fileCount * WORDS);
}

export function setStamp(
	stamps: Float64Array,
	file: number,
	kind: StampKind,
	sizeBytes: number,
	mtimeMs: number,
	device: number,
): void {
	const at = file * WORDS;
	stamps[at] = kind;
	stamps[at + 1] = sizeBytes;
	stamps[at + 2] = mtimeMs;
	stamps[at + 3] = device;
}

/** Of files that were looked at in several parts. */
export function joinStamps(parts: readonly Float64Array[]): Float64Array {
	const [only] = parts;
	if (only !== undefined && parts.length === 1) return only;
	const stamps = new Float64Array(parts.reduce((words, part) => words + part.length, 0));
	let at = 0;
	for (const part of parts) {
		stamps.set(part, at);
		at += part.length;
	}
	return stamps;
}

/**
 * One object a file, in file order.
 * @param before - of an earlier look: files that did not change keep their object
 */
export function readStamps(
	stamps: Float64Array,
	before: readonly FileStamp[] | undefined,
): FileStamp[] {
	return Array.from({ length: stamps.length / WORDS }, (_none, file) =>
		readStamp(stamps, file, before?.[file]),
	);
}

function readStamp(stamps: Float64Array, file: number, before: FileStamp | undefined): FileStamp {
	const at = file * WORDS;
	const kind = stamps[at] ?? ABSENT;
	if (kind === ABSENT) return NOTHING;
	const isForeign = kind === FOREIGN;
	const sizeBytes = stamps[at + 1] ?? 0;
	const mtimeMs = stamps[at + 2] ?? 0;
	const device = stamps[at + 3] ?? 0;
	const isSame =
		before?.exists === true &&
		before.isForeign === isForeign &&
		before.sizeBytes === sizeBytes &&
		before.mtimeMs === mtimeMs &&
		before.device === device;
	return isSame ? before : { exists: true, isForeign, sizeBytes, mtimeMs, device };
}
