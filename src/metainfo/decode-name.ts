/** Names in a torrent are bytes that should be UTF-8 and sometimes are not. */

/** Stands for bytes that are not UTF-8. */
const REPLACEMENT = '_';

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * The text of a name: each sequence that is not UTF-8 becomes one `_`, so that the same torrent has
 * the same file names on every machine and never a character no keyboard has.
 */
export function decodeName(bytes: Uint8Array): string {
	return strictText(bytes) ?? replaceInvalid(bytes);
}

function replaceInvalid(bytes: Uint8Array): string {
	let text = '';
	let valid = 0;
	for (let at = 0; at < bytes.byteLength; ) {
		const length = sequenceLength(bytes, at);
		const isValid = length === 1 ? (bytes[at] ?? 0) < 0x80 : isCharacter(bytes, at, length);
		at += length;
		if (isValid) continue;
		text += `${strictText(bytes.subarray(valid, at - length)) ?? ''}${REPLACEMENT}`;
		valid = at;
	}
	return text + (strictText(bytes.subarray(valid)) ?? '');
}

/** The lead byte and the continuation bytes it asks for, as far as they are there. */
function sequenceLength(bytes: Uint8Array, at: number): number {
	const lead = bytes[at] ?? 0;
	const wanted = lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 5;
	let length = 1;
	while (length < wanted && ((bytes[at + length] ?? 0) & 0xc0) === 0x80) length++;
	return length;
}

function isCharacter(bytes: Uint8Array, at: number, length: number): boolean {
	return strictText(bytes.subarray(at, at + length)) !== undefined;
}

function strictText(bytes: Uint8Array): string | undefined {
	try {
		return strictUtf8.decode(bytes);
	} catch {
		return undefined; // Not UTF-8: the caller replaces what is not.
	}
}
