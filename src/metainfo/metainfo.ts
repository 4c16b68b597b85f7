/** What a `.torrent` file says, checked and cleaned (BEP 3, 12, 17, 19, 27, 47). Plain data. */
import type { Infohash } from '../primitives/infohash.js';

/** One file of the payload, in payload order. Symbolic links (BEP 47) are left out: no payload. */
export interface TorrentFile {
	/**
	 * Cleaned path elements below the torrent's own folder; for a single file, its name alone.
	 * No two files that are not padding have the same path, letter case and normalisation aside.
	 */
	readonly path: readonly string[];
	readonly lengthBytes: number;
	/** Where the file starts in the payload. */
	readonly offsetBytes: number;
	/** BEP 47 `p`: zeros that align the next file; never on disk, never shown. */
	readonly isPadding: boolean;
	/** BEP 47 `x`. */
	readonly isExecutable: boolean;
}

export interface Metainfo {
	readonly infohash: Infohash;
	/** Cleaned name: the file's name, or the folder's. Safe as one path element. */
	readonly name: string;
	/** True when the payload is a folder. */
	readonly isMultiFile: boolean;
	readonly pieceLengthBytes: number;
	readonly pieceCount: number;
	readonly totalBytes: number;
	/** 20 bytes of SHA-1 for each piece. */
	readonly pieceHashes: Uint8Array;
	readonly files: readonly TorrentFile[];
	readonly isPrivate: boolean;
	/** Tracker URLs in tiers, in the file's order (BEP 12); empty when there is no tracker. */
	readonly tiers: readonly (readonly string[])[];
	/** BEP 19 `url-list`. */
	readonly webSeeds: readonly string[];
	/** BEP 17 `httpseeds`. */
	readonly httpSeeds: readonly string[];
	readonly comment: string | undefined;
	readonly createdBy: string | undefined;
	/** Seconds since 1970. */
	readonly creationDateSeconds: number | undefined;
	readonly source: string | undefined;
}
