/** The file list of an info dictionary (BEP 3, attributes of BEP 47): checked, cleaned, kept apart. */
import type { BencodeDict, BencodeValue } from '../bencode/bencode-value.js';
import { isBencodeDict } from '../bencode/bencode-value.js';
import { indexPath, keyPath } from '../bencode/field-path.js';
import { findBytes, findList, requireInteger, requireList, wrongKind } from '../bencode/fields.js';
import { decodeName } from './decode-name.js';
import type { TorrentFile } from './metainfo.js';
import { MetainfoError } from './metainfo-error.js';
import { MAX_FILES } from './metainfo-limits.js';
import { cleanElement, type NameRules, utf8Length } from './safe-path.js';
import { uniquePaths } from './unique-paths.js';

const MAX_PATH_ELEMENTS = 100;
/** PATH_MAX of Linux: a longer path cannot be created. */
const MAX_PATH_BYTES = 4095;

export interface FileList {
	readonly files: readonly TorrentFile[];
	readonly isMultiFile: boolean;
	readonly totalBytes: number;
}

/** An entry of the list before paths are kept apart and offsets are known. */
interface Entry {
	path: readonly string[];
	readonly lengthBytes: number;
	readonly isPadding: boolean;
	readonly isExecutable: boolean;
}

/**
 * Reads `files`, or `length` when there is no list. Symbolic links (BEP 47) carry no payload and are
 * left out: this program never creates one.
 * @param name - the torrent's cleaned name
 * @param longList - what the list holds, when it was left out of `info` for its length
 * @throws {MetainfoError} naming the field; BencodeError for fields of the wrong type
 */
export function parseFiles(
	info: BencodeDict,
	name: string,
	rules: NameRules,
	longList?: Iterable<BencodeValue>,
): FileList {
	const isMultiFile = info.has('files');
	const entries = isMultiFile
		? listEntries(longList ?? requireList(info, 'files', 'info'), rules)
		: [singleEntry(info, name)];
	const files: TorrentFile[] = [];
	let totalBytes = 0;
	for (const { path, lengthBytes, isPadding, isExecutable } of entries) {
		files.push({ path, lengthBytes, isPadding, isExecutable, offsetBytes: totalBytes });
		totalBytes += lengthBytes;
		if (totalBytes > Number.MAX_SAFE_INTEGER)
			throw new MetainfoError('METAINFO_FIELD_RANGE', 'info.files', 'lengths add up beyond 2^53');
	}
	if (totalBytes === 0)
		throw new MetainfoError(
			'METAINFO_EMPTY',
			isMultiFile ? 'info.files' : 'info.length',
			'the torrent has no bytes',
		);
	return { files, isMultiFile, totalBytes };
}

function singleEntry(info: BencodeDict, name: string): Entry {
	return {
		path: [name],
		lengthBytes: lengthField(info, 'info'),
		isPadding: false,
		isExecutable: attributes(info).includes('x'),
	};
}

function listEntries(list: Iterable<BencodeValue>, rules: NameRules): Entry[] {
	const entries: Entry[] = [];
	let count = 0;
	for (const item of list) {
		if (count === MAX_FILES)
			throw new MetainfoError(
				'METAINFO_TOO_MANY_FILES',
				'info.files',
				`more than ${MAX_FILES} files are not loaded`,
			);
		const entry = listEntry(item, indexPath('info.files', count), rules);
		if (entry !== undefined) entries.push(entry);
		count++;
	}
	if (entries.length === 0)
		throw new MetainfoError('METAINFO_EMPTY', 'info.files', 'the list has no files');
	// Padding is never on disk, so it takes no name from a real file.
	const real = entries.filter((entry) => !entry.isPadding);
	const paths = uniquePaths(real.map((entry) => entry.path));
	for (const [index, entry] of real.entries()) entry.path = paths[index] ?? entry.path;
	return entries;
}

function listEntry(item: BencodeValue, at: string, rules: NameRules): Entry | undefined {
	if (!isBencodeDict(item)) throw wrongKind(at, 'a dictionary', item);
	const attr = attributes(item);
	if (attr.includes('l')) {
		pathElements(requireList(item, 'symlink path', at), at, 'symlink path');
		return undefined;
	}
	const isPadding = attr.includes('p');
	const lengthBytes = lengthField(item, at);
	return {
		path: filePath(item, at, rules, isPadding ? ['.pad', String(lengthBytes)] : undefined),
		lengthBytes,
		isPadding,
		isExecutable: attr.includes('x'),
	};
}

function lengthField(dict: BencodeDict, at: string): number {
	const length = requireInteger(dict, 'length', at);
	if (length < 0)
		throw new MetainfoError('METAINFO_FIELD_RANGE', `${at}.length`, `${length} is negative`);
	return length;
}

/** Cleaned elements of `path.utf-8` when that is usable, else of `path`, else the fallback. */
function filePath(
	file: BencodeDict,
	at: string,
	rules: NameRules,
	fallback: readonly string[] | undefined,
): readonly string[] {
	if (fallback !== undefined && !file.has('path')) return fallback;
	const utf8 = findList(file, 'path.utf-8');
	const isUsable =
		utf8 !== undefined && utf8.length > 0 && utf8.every((item) => item instanceof Uint8Array);
	const key = isUsable ? 'path.utf-8' : 'path';
	const elements = pathElements(isUsable ? utf8 : requireList(file, 'path', at), at, key);
	const path = elements.map((element) => cleanElement(decodeName(element), rules));
	const bytes = path.reduce((sum, element) => sum + utf8Length(element) + 1, 0);
	if (bytes > MAX_PATH_BYTES)
		throw badPath(
			keyPath(at, key),
			`a path of ${bytes} bytes, at most ${MAX_PATH_BYTES} can be created`,
		);
	return path;
}

/** @param at - with `key` the list's place, put together only for a message */
function pathElements(list: readonly BencodeValue[], at: string, key: string): Uint8Array[] {
	if (list.length === 0) throw badPath(keyPath(at, key), 'the path is empty');
	if (list.length > MAX_PATH_ELEMENTS)
		throw badPath(
			keyPath(at, key),
			`a path of ${list.length} elements, at most ${MAX_PATH_ELEMENTS}`,
		);
	return list.map((element, index) => {
		if (element instanceof Uint8Array) return element;
		throw wrongKind(indexPath(keyPath(at, key), index), 'a string', element);
	});
}

function badPath(field: string, reason: string): MetainfoError {
	return new MetainfoError('METAINFO_BAD_PATH', field, reason);
}

/** BEP 47 letters; unknown ones mean nothing. */
function attributes(dict: BencodeDict): string {
	const attr = findBytes(dict, 'attr');
	return attr === undefined ? '' : String.fromCharCode(...attr.subarray(0, 16));
}
