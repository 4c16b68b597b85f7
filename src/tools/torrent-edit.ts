/**
 * Changes fields of a `.torrent` and leaves every other byte as it is (BEP 3, 12, 17, 19). The raw
 * bytes of `info` stay, sorted or not, so that the infohash stays; a rename replaces the name inside
 * them and nothing else.
 */
import { decodeBencode } from '../bencode/decode.js';
import { encodeBencode } from '../bencode/encode.js';
import { scanBencode } from '../bencode/scan.js';
import { concatBytes, equalBytes, utf8 } from '../primitives/bytes.js';
import type { TorrentDocument } from './torrent-document.js';
import { type FieldValue, readField } from './torrent-fields.js';

export type EditableField =
	| 'announce'
	| 'announce-list'
	| 'comment'
	| 'comment.utf-8'
	| 'httpseeds'
	| 'url-list';

/** What is to be done to a torrent. */
export type TorrentEdit =
	/** Sets fields, or removes those that are undefined. */
	| { readonly type: 'fields'; readonly values: ReadonlyMap<EditableField, FieldValue> }
	/** Changes the infohash. */
	| { readonly type: 'rename'; readonly name: string };

export interface FieldChange {
	readonly field: EditableField | 'name';
	readonly before: FieldValue;
	readonly after: FieldValue;
	/** False when the file says it already, byte for byte. */
	readonly isChanged: boolean;
}

export interface EditedTorrent {
	readonly bytes: Uint8Array;
	readonly changes: readonly FieldChange[];
	readonly isChanged: boolean;
}

/** The new bytes of the whole file; those of the document when nothing is to be changed. */
export function editTorrent(document: TorrentDocument, edit: TorrentEdit): EditedTorrent {
	const values = rawValues(document);
	const changes =
		edit.type === 'rename'
			? [renameIn(values, document, edit.name)]
			: [...edit.values].map(([field, after]) => setField(values, document, field, after));
	const isChanged = changes.some((change) => change.isChanged);
	return { bytes: isChanged ? encodeValues(values) : document.bytes, changes, isChanged };
}

/** Every top-level value as it lies in the file. */
function rawValues({ bytes, ranges }: TorrentDocument): Map<string, Uint8Array> {
	return new Map([...ranges].map(([key, { end, start }]) => [key, bytes.subarray(start, end)]));
}

function setField(
	values: Map<string, Uint8Array>,
	{ root }: TorrentDocument,
	field: EditableField,
	after: FieldValue,
): FieldChange {
	const old = values.get(field);
	const before = readField(root, field);
	if (after === undefined) {
		values.delete(field);
		return { field, before, after, isChanged: old !== undefined };
	}
	const encoded = encodeBencode(after);
	values.set(field, encoded);
	return { field, before, after, isChanged: old === undefined || !equalBytes(old, encoded) };
}

/** Replaces `name`, and its `.utf-8` twin when there is one, where they stand. */
function renameIn(
	values: Map<string, Uint8Array>,
	{ bytes, info, infoRange }: TorrentDocument,
	name: string,
): FieldChange {
	const raw = bytes.subarray(infoRange.start, infoRange.end);
	const encoded = encodeBencode(name);
	const places = ['name', 'name.utf-8']
		.flatMap((key) => scanBencode(raw).topLevel.get(key) ?? [])
		.sort((a, b) => a.start - b.start);
	const parts: Uint8Array[] = [];
	let at = 0;
	for (const { end, start } of places) {
		parts.push(raw.subarray(at, start), encoded);
		at = end;
	}
	const renamed = concatBytes([...parts, raw.subarray(at)]);
	values.set('info', renamed);
	const before = readField(info, 'name.utf-8') ?? readField(info, 'name');
	return { field: 'name', before, after: name, isChanged: !equalBytes(raw, renamed) };
}

/** One dictionary with its keys in raw byte order. */
function encodeValues(values: ReadonlyMap<string, Uint8Array>): Uint8Array {
	const keys = [...values.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
	const parts: Uint8Array[] = [utf8('d')];
	for (const key of keys) {
		const value = values.get(key) ?? new Uint8Array();
		parts.push(utf8(`${key.length}:`), Buffer.from(key, 'latin1'));
		parts.push(key === 'info' ? value : inOrder(value));
	}
	return concatBytes([...parts, utf8('e')]);
}

/** The value with the keys of its dictionaries sorted, as the format demands. */
function inOrder(value: Uint8Array): Uint8Array {
	return scanBencode(value).isSorted ? value : encodeBencode(decodeBencode(value));
}
