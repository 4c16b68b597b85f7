/** Fields of a `.torrent` as they stand in the file, for people to read: not checked, not cleaned. */
import { type BencodeDict, type BencodeValue, isBencodeList } from '../bencode/bencode-value.js';
import { decodeText } from '../bencode/fields.js';

/** A text, a list, or a list of tiers; undefined for a field that is not there. */
export type FieldValue = string | readonly string[] | readonly (readonly string[])[] | undefined;

/** Texts, lists of texts and lists of such lists; undefined for anything else. */
export function readField(dict: BencodeDict, key: string): FieldValue {
	const value = dict.get(key);
	if (value instanceof Uint8Array) return decodeText(value);
	if (!isBencodeList(value)) return undefined;
	if (value.some(isBencodeList)) return value.map(texts);
	return texts(value);
}

/** `announce-list` as tiers, also where a URL stands in place of a tier. */
export function readTierTexts(root: BencodeDict): string[][] {
	const value = root.get('announce-list');
	return isBencodeList(value) ? value.map(texts) : [];
}

/** The URLs under a key that holds one text or a list of them. */
export function readUrlTexts(root: BencodeDict, key: 'httpseeds' | 'url-list'): string[] {
	const value = root.get(key);
	return value === undefined ? [] : texts(value);
}

/** `a,b|c`: trackers of a tier between commas, tiers between bars; lists have bars alone. */
export function fieldText(value: FieldValue): string {
	if (value === undefined) return '';
	if (typeof value === 'string') return value;
	return value.map((item) => (typeof item === 'string' ? item : item.join(','))).join('|');
}

function texts(value: BencodeValue): string[] {
	const items = isBencodeList(value) ? value : [value];
	return items.flatMap((item) => (item instanceof Uint8Array ? decodeText(item) : []));
}
