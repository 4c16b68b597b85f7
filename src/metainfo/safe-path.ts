/**
 * Turns the path elements of a torrent into names that are safe to create: one element never leads
 * to another folder, never hides what it is, and fits every common file system.
 */

/**
 * `windows` also replaces what Windows cannot store (`<>:"|?*`, device names, dots and spaces at the
 * end). `posix` keeps those, so that data another client saved under the same name is found.
 */
export type NameRules = 'posix' | 'windows';

/**
 * Common file systems take names of 255 bytes (ext4, APFS; NTFS: 255 UTF-16 units). A character that
 * starts before this byte is kept whole.
 */
const MAX_STEM_BYTES = 240;
/** A longer ending is not taken for an extension. */
const MAX_EXTENSION_BYTES = 10;
/** The longest result: a stem with a character of 4 bytes across its end, and an extension. */
export const MAX_ELEMENT_BYTES: number = MAX_STEM_BYTES + 3 + MAX_EXTENSION_BYTES;

/** What an element becomes when nothing else is left of it. */
export const EMPTY_ELEMENT = '_';

/** Zero-width characters and those that turn the direction of text: they can hide an extension. */
const INVISIBLE = /[\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
/** Printable ASCII without separators and short enough: most names, which stay as they are. */
const PLAIN = /^[ -.0-[\]-~]{0,240}$/;
const SEPARATORS = /[/\\]/g;
/** C0, DEL and C1, the line and paragraph separators, and lone halves of surrogate pairs. */
const CONTROL = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/gu;
const NOT_ON_WINDOWS = /[<>:"|?*]/g;
const WINDOWS_TAIL = /[. ]+$/;
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)\s*(?:\.|$)/i;

/**
 * One path element made safe. The result is never empty, `.` or `..`, has no separator, control
 * or invisible character, and at most 253 bytes of UTF-8.
 *
 * @param text - decoded, untrusted
 */
export function cleanElement(text: string, rules: NameRules): string {
	const cleaned = stripElement(text, rules);
	const name = cleaned === '' || cleaned === '.' || cleaned === '..' ? EMPTY_ELEMENT : cleaned;
	return rules === 'windows' && WINDOWS_DEVICE.test(name) ? `_${name}` : name;
}

/** True when nothing of an element would be left but a placeholder. */
export function isNoName(text: string, rules: NameRules): boolean {
	return /^\.{0,2}$/.test(stripElement(text, rules));
}

/** Bytes of a text in UTF-8. */
export function utf8Length(text: string): number {
	return Buffer.byteLength(text, 'utf8');
}

/** `name` with `.number` before its extension, no longer than `MAX_ELEMENT_BYTES`. */
export function numberElement(name: string, number: number): string {
	const { stem, extension } = splitExtension(name);
	const tail = `.${number}${extension}`;
	return cutStart(stem, MAX_ELEMENT_BYTES - utf8Length(tail) - 3) + tail;
}

function stripElement(text: string, rules: NameRules): string {
	if (rules === 'posix' && PLAIN.test(text)) return text;
	const stripped = text
		.replace(INVISIBLE, '')
		.replace(SEPARATORS, '')
		.replace(CONTROL, EMPTY_ELEMENT);
	const short = cutKeepingExtension(stripped);
	if (rules === 'posix') return short;
	return short.replace(NOT_ON_WINDOWS, EMPTY_ELEMENT).replace(WINDOWS_TAIL, '');
}

function cutKeepingExtension(name: string): string {
	if (utf8Length(name) <= MAX_STEM_BYTES) return name;
	const { stem, extension } = splitExtension(name);
	return cutStart(stem, MAX_STEM_BYTES) + extension;
}

/** `extension` starts with its dot; it is empty when there is none or it is too long to be one. */
function splitExtension(name: string): { stem: string; extension: string } {
	const dot = name.lastIndexOf('.');
	if (dot <= 0 || utf8Length(name.slice(dot)) > MAX_EXTENSION_BYTES)
		return { stem: name, extension: '' };
	return { stem: name.slice(0, dot), extension: name.slice(dot) };
}

/** The characters that start before byte `limitBytes`: at most 3 bytes more than that. */
function cutStart(text: string, limitBytes: number): string {
	let bytes = 0;
	let end = 0;
	for (const character of text) {
		if (bytes >= limitBytes) break;
		bytes += utf8Length(character);
		end += character.length;
	}
	return text.slice(0, end);
}
