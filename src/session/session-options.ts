/** What a session has to be told; the command line's options fit as they are. */
import type { PortRange } from '../net/listener.js';
import type { Endpoint } from '../primitives/endpoint.js';

/** Of every limit 0 means none, where nothing else is said. */
export interface SessionOptions {
	readonly stateDir: string;
	/** Undefined: beside each `.torrent`. */
	readonly downloadDir: string | undefined;
	/** `name`: the torrent's own name; `torrent`: the `.torrent` file's; `folder`: in a folder of that name. */
	readonly saveAs: 'name' | 'torrent' | 'folder';
	readonly preallocate: 'sparse' | 'full';
	readonly isSequential: boolean;
	readonly ports: PortRange;
	readonly bindAddress: string | undefined;
	/** Sent to trackers as ours. */
	readonly announceAddress: string | undefined;
	/** Dialled for every torrent. */
	readonly peers: readonly Endpoint[];
	/** Download from HTTP seeds too (BEP 17, BEP 19). */
	readonly usesHttpSeeds: boolean;
	/** HTTP seeds may be on this machine or in its network, whatever the torrent. */
	readonly allowsLocal: boolean;
	readonly maxDownloadRateBytesPerSecond: number;
	readonly maxUploadRateBytesPerSecond: number;
	readonly maxConnections: number;
	readonly maxConnectionsPerTorrent: number;
	/** Peers uploaded to at one time, over all torrents. */
	readonly uploadSlots: number;
	/** Threads that read and write blocks. Undefined: by the number of cores. */
	readonly diskThreads: number | undefined;
	/** Memory for received blocks on their way to the disk. */
	readonly writeBufferBytes: number;
	/** Memory for blocks on their way to peers. */
	readonly readCacheBytes: number;
	/** Payload files open at one time; at least 1. */
	readonly maxOpenFiles: number;
	readonly activeDownloads: number;
	readonly activeSeeds: number;
	/** On one volume. */
	readonly activeChecks: number;
	readonly seedRatio: number;
	readonly seedTimeMs: number;
	readonly seedIdleMs: number;
}

/** What a session does when nothing else is said; a library user changes only what matters to it. */
export function defaultSessionOptions(stateDir: string): SessionOptions {
	return {
		stateDir,
		downloadDir: undefined,
		saveAs: 'name',
		preallocate: 'sparse',
		isSequential: false,
		ports: { first: 0, last: 0 },
		bindAddress: undefined,
		announceAddress: undefined,
		peers: [],
		usesHttpSeeds: true,
		allowsLocal: false,
		maxDownloadRateBytesPerSecond: 0,
		maxUploadRateBytesPerSecond: 0,
		maxConnections: 500,
		maxConnectionsPerTorrent: 80,
		uploadSlots: 20,
		diskThreads: undefined,
		writeBufferBytes: 48 * 1024 * 1024,
		readCacheBytes: 32 * 1024 * 1024,
		maxOpenFiles: 128,
		activeDownloads: 5,
		activeSeeds: 0,
		activeChecks: 1,
		seedRatio: 0,
		seedTimeMs: 0,
		seedIdleMs: 0,
	};
}
