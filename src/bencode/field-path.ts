/** How a place inside a bencoded document is written in messages: `info.files[2].length`. */

/** Longer keys are cut in messages: a key may be megabytes long. */
const MAX_KEY_CHARACTERS = 40;

/** A dictionary's path and one of its keys (latin1) as one path; safe to print on a terminal. */
export function keyPath(at: string, key: string): string {
	const shown = printableKey(key);
	return at === '' ? shown : `${at}.${shown}`;
}

/** A list's path and an index as one path. */
export function indexPath(at: string, index: number): string {
	return `${at}[${index}]`;
}

/** Keys are untrusted bytes: anything but printable ASCII becomes `\xNN`. */
function printableKey(key: string): string {
	const cut = key.length > MAX_KEY_CHARACTERS ? `${key.slice(0, MAX_KEY_CHARACTERS)}...` : key;
	return cut.replace(
		/[^\x20-\x7e]/g,
		(character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`,
	);
}
