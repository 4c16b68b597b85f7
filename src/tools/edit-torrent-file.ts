/** Reads, edits and saves one `.torrent`. */
import { MetainfoError } from '../metainfo/metainfo-error.js';
import { readTorrentFile } from './read-torrent-file.js';
import { saveTorrent } from './save-torrent.js';
import { parseDocument, type TorrentDocument } from './torrent-document.js';
import { editTorrent, type FieldChange, type TorrentEdit } from './torrent-edit.js';

export interface EditRules {
	/** Nothing is written; the result says what would be. */
	readonly isDryRun: boolean;
	readonly hasBackup: boolean;
}

export interface EditResult {
	readonly changes: readonly FieldChange[];
	readonly isChanged: boolean;
	readonly infohashBefore: string;
	/** Another one after a rename only. */
	readonly infohashAfter: string;
	/** Undefined when nothing was written, or no backup was wanted. */
	readonly backupPath: string | undefined;
}

/**
 * @throws {ToolsError}
 * @throws {MetainfoError} for a file that is no torrent
 * @throws {StateError} `STATE_WRITE_FAILED`
 */
export async function editTorrentFile(
	torrentPath: string,
	edit: TorrentEdit,
	{ hasBackup, isDryRun }: EditRules,
): Promise<EditResult> {
	const { bytes, facts } = await readTorrentFile(torrentPath);
	const document = parseNamed(bytes, torrentPath);
	const edited = editTorrent(document, edit);
	const { changes, isChanged } = edited;
	// What is saved can be read again, or it is not saved.
	const infohashAfter = isChanged ? parseDocument(edited.bytes).infohash : document.infohash;
	const isSaved = isChanged && !isDryRun;
	const backupPath = isSaved
		? await saveTorrent({ torrentPath, facts, hasBackup }, edited.bytes)
		: undefined;
	return { changes, isChanged, infohashBefore: document.infohash, infohashAfter, backupPath };
}

/**
 * Reads a torrent; the error for one that cannot be read names the file.
 * @throws {ToolsError}
 * @throws {MetainfoError}
 */
export async function readDocument(torrentPath: string): Promise<TorrentDocument> {
	return parseNamed((await readTorrentFile(torrentPath)).bytes, torrentPath);
}

function parseNamed(bytes: Uint8Array, torrentPath: string): TorrentDocument {
	try {
		return parseDocument(bytes);
	} catch (error) {
		if (error instanceof MetainfoError) throw namedError(error, torrentPath);
		throw error;
	}
}

function namedError(error: MetainfoError, torrentPath: string): MetainfoError {
	const reason = error.message.slice(error.field.length + 2);
	const field = error.field === 'file' ? torrentPath : `${torrentPath}: ${error.field}`;
	return new MetainfoError(error.code, field, reason, { cause: error });
}
