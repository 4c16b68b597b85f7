/** Which names in a watched folder are torrents, which are unfinished copies, and how to show them. */

import { TextDecoder } from 'node:util';

/** What a name alone says. `ignored` names would be torrents if they did not look unfinished or hidden. */
export type NameVerdict =
	| { readonly type: 'torrent' }
	| { readonly type: 'ignored'; readonly reason: string }
	| { readonly type: 'other' };

const TORRENT: NameVerdict = { type: 'torrent' };
const OTHER: NameVerdict = { type: 'other' };
const UNFINISHED: NameVerdict = { type: 'ignored', reason: 'its name says it is not complete yet' };
const HIDDEN: NameVerdict = { type: 'ignored', reason: 'its name begins with a dot' };
const BACKUP: NameVerdict = { type: 'ignored', reason: 'its name says it is a backup copy' };

/**
 * Judges a file name.
 * rsync writes `.name.torrent.XXXXXX`, Syncthing `.syncthing.name.torrent.tmp` or
 * `~syncthing~name.torrent.tmp`, browsers `name.torrent.part` or `name.torrent.crdownload`.
 */
export function judgeName(name: string): NameVerdict {
	const lower = name.toLowerCase();
	if (!lower.includes('.torrent')) return OTHER;
	if (/^(?:\.syncthing\.|~syncthing~)/.test(lower)) return UNFINISHED;
	if (/^\..*\.torrent\.[^.]{6}$/.test(lower)) return UNFINISHED;
	if (/\.torrent\.(?:part|crdownload|download|opdownload|tmp|temp|!ut|filepart)$/.test(lower))
		return UNFINISHED;
	if (lower.endsWith('.torrent~')) return BACKUP;
	if (!lower.endsWith('.torrent')) return OTHER;
	if (name.startsWith('.')) return HIDDEN;
	if (name.startsWith('~')) return BACKUP;
	return TORRENT;
}

/** False only for names that are no torrent and do not look like one; for all names of a folder, so fast. */
export function mayNameTorrent(name: Buffer): boolean {
	return name.toString('latin1').toLowerCase().includes('.torrent');
}

/** True for folders that are never searched. */
export function isHiddenFolder(name: string): boolean {
	return name.startsWith('.');
}

/** A name as text. */
export interface DecodedName {
	readonly text: string;
	/** False when the bytes are not UTF-8: then only the bytes open the file. */
	readonly isExact: boolean;
}

/**
 * Turns the bytes of a file name into text; bytes that are not UTF-8 become `%E9`, so that the
 * text is safe as a path on every system and two odd names stay apart.
 */
export function decodeName(bytes: Uint8Array): DecodedName {
	const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const text = buffer.toString('utf8');
	if (Buffer.from(text, 'utf8').equals(buffer)) return { text, isExact: true };
	return { text: escapeBytes(buffer), isExact: false };
}

function escapeBytes(bytes: Uint8Array): string {
	const decoder = new TextDecoder('utf-8', { fatal: true });
	let text = '';
	for (let at = 0; at < bytes.byteLength; ) {
		const character = characterAt(bytes, at, decoder);
		if (character === undefined) {
			text += `%${(bytes[at] ?? 0).toString(16).toUpperCase().padStart(2, '0')}`;
			at++;
		} else {
			text += character;
			at += Buffer.byteLength(character);
		}
	}
	return text;
}

function characterAt(bytes: Uint8Array, at: number, decoder: TextDecoder): string | undefined {
	const first = bytes[at] ?? 0;
	const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
	try {
		return decoder.decode(bytes.subarray(at, at + length)) || undefined;
	} catch {
		return undefined; // Not UTF-8 here: the caller escapes one byte and goes on.
	}
}

/** A path for a message: control and direction characters cannot act on the reader's terminal. */
export function quotePath(path: string): string {
	return `"${path.replace(/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\ufffd')}"`;
}
