/**
 * Where each file of a torrent is, in the payload and on disk, in one piece of memory that all disk
 * threads share: a list of objects in each of them would take some hundred bytes a file and thread.
 *
 * Layout, for `n` files:
 *
 *     n doubles         where the file ends in the payload
 *     n 32-bit words    where its path ends among the paths; the highest two bits are flags
 *     bytes             the paths in UTF-8, one behind the other, without what all have in common
 */
import path from 'node:path';
import { type FileSpan, spansOf } from '../metainfo/piece-layout.js';
import { utf8 } from '../primitives/bytes.js';
import type { StoredFile, StoredFiles } from './storage.js';

const PADDING = 0x8000_0000;
const EXECUTABLE = 0x4000_0000;
/** A gigabyte: the longest metainfo that is read holds a thirtieth of it. */
const PATH_END = 0x3fff_ffff;

/** What passes between threads. */
export interface FilePlacesMessage {
	readonly fileCount: number;
	/** What all paths begin with. */
	readonly prefix: string;
	readonly buffer: SharedArrayBuffer;
}

export class FilePlaces {
	readonly length: number;
	readonly message: FilePlacesMessage;
	readonly #ends: Float64Array;
	readonly #pathWords: Uint32Array;
	readonly #pathsAt: number;

	constructor(message: FilePlacesMessage) {
		const { fileCount, buffer } = message;
		this.message = message;
		this.length = fileCount;
		this.#ends = new Float64Array(buffer, 0, fileCount);
		this.#pathWords = new Uint32Array(buffer, fileCount * 8, fileCount);
		this.#pathsAt = fileCount * 12;
	}

	/** @param files - in payload order without gaps */
	static of(files: StoredFiles): FilePlaces {
		const prefix = commonPrefix(files);
		const fileCount = files.length;
		let pathBytes = 0;
		for (const file of files) pathBytes += Buffer.byteLength(restOf(file, prefix));
		const buffer = new SharedArrayBuffer(fileCount * 12 + pathBytes);
		const paths = new Uint8Array(buffer, fileCount * 12);
		const places = new FilePlaces({ fileCount, prefix, buffer });
		let at = 0;
		let index = 0;
		for (const file of files) {
			const rest = utf8(restOf(file, prefix));
			paths.set(rest, at);
			at += rest.byteLength;
			places.#ends[index] = file.offsetBytes + file.lengthBytes;
			places.#pathWords[index] =
				at + (file.isPadding ? PADDING : 0) + (file.isExecutable ? EXECUTABLE : 0);
			index++;
		}
		return places;
	}

	/** Made for the caller: not for what is done for every file again and again. */
	at(file: number): StoredFile | undefined {
		if (!(file >= 0 && file < this.length)) return undefined;
		const offsetBytes = this.#offsetBytes(file);
		return {
			path: this.path(file),
			lengthBytes: (this.#ends[file] ?? 0) - offsetBytes,
			offsetBytes,
			isPadding: this.isPadding(file),
			isExecutable: ((this.#pathWords[file] ?? 0) & EXECUTABLE) !== 0,
		};
	}

	/** Absolute; empty for padding. */
	path(file: number): string {
		if (this.isPadding(file)) return '';
		const from = file === 0 ? 0 : (this.#pathWords[file - 1] ?? 0) & PATH_END;
		const to = (this.#pathWords[file] ?? 0) & PATH_END;
		const { prefix, buffer } = this.message;
		return prefix + Buffer.from(buffer, this.#pathsAt + from, to - from).toString();
	}

	isPadding(file: number): boolean {
		return ((this.#pathWords[file] ?? 0) & PADDING) !== 0;
	}

	/** The parts of files that a range of the payload covers, in order. */
	spans(offsetBytes: number, lengthBytes: number): FileSpan[] {
		return spansOf(this.length, (file) => this.#ends[file] ?? 0, offsetBytes, lengthBytes);
	}

	#offsetBytes(file: number): number {
		return file === 0 ? 0 : (this.#ends[file - 1] ?? 0);
	}
}

/** Of whole folders, with the separator at its end: no character is cut in two. */
function commonPrefix(files: StoredFiles): string {
	let prefix: string | undefined;
	for (const file of files) {
		if (file.isPadding) continue;
		prefix ??= folderOf(file.path);
		while (!file.path.startsWith(prefix)) prefix = folderOf(prefix.slice(0, -1));
	}
	return prefix ?? '';
}

function folderOf(filePath: string): string {
	return filePath.slice(0, filePath.lastIndexOf(path.sep) + 1);
}

function restOf(file: StoredFile, prefix: string): string {
	return file.isPadding ? '' : file.path.slice(prefix.length);
}
