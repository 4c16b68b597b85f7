/** Builds session snapshots; torrents that did not change keep their object. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { DiskPool } from '../storage/storage.js';
import type { Torrent } from '../torrent/torrent.js';
import type { TorrentSnapshot } from '../torrent/torrent-snapshot.js';
import { torrentSnapshot } from '../torrent/torrent-view.js';
import type { EngineStats, Notice, SessionSnapshot } from './snapshot.js';

/** A running torrent without peers only counts down to its next announce: seldom is enough. */
const QUIET_MS = 10_000;

/** A stopped torrent's picture is only made anew when it changed. */
interface Kept {
	readonly snapshot: TorrentSnapshot;
	readonly position: number;
	readonly atMs: number;
}

export interface PublishInput {
	readonly torrents: readonly Torrent[];
	readonly changed: ReadonlySet<Torrent>;
	readonly notices: readonly Notice[];
	readonly nowMs: number;
	readonly wallMs: number;
	readonly downloadLimit: number;
	readonly uploadLimit: number;
	readonly port: number | undefined;
	readonly diskFreeBytes: number | undefined;
	readonly connections: number;
	readonly halfOpen: number;
}

export class Publisher {
	readonly #pool: DiskPool;
	readonly #kept = new WeakMap<Torrent, Kept>();
	readonly #lag = monitorEventLoopDelay({ resolution: 20 });
	#revision = 0;

	constructor(pool: DiskPool) {
		this.#pool = pool;
		this.#lag.enable();
	}

	build(input: PublishInput): SessionSnapshot {
		const torrents = input.torrents.map((torrent, position) => this.#one(torrent, position, input));
		let downloadRate = 0;
		let uploadRate = 0;
		for (const torrent of torrents) {
			downloadRate += torrent.downloadRate;
			uploadRate += torrent.uploadRate;
		}
		return {
			revision: ++this.#revision,
			atMs: input.wallMs,
			torrents,
			downloadRate,
			uploadRate,
			downloadLimit: input.downloadLimit,
			uploadLimit: input.uploadLimit,
			port: input.port,
			diskFreeBytes: input.diskFreeBytes,
			notices: input.notices,
			stats: this.#stats(input),
		};
	}

	close(): void {
		this.#lag.disable();
	}

	#one(torrent: Torrent, position: number, input: PublishInput): TorrentSnapshot {
		const kept = this.#kept.get(torrent);
		const isStill =
			kept !== undefined &&
			kept.position === position &&
			!input.changed.has(torrent) &&
			torrent.state !== 'checking' &&
			kept.snapshot.downloadRate === 0 &&
			kept.snapshot.uploadRate === 0 &&
			(!torrent.isRunning || (isQuiet(torrent) && input.nowMs - kept.atMs < QUIET_MS));
		if (isStill) return kept.snapshot;
		const snapshot = torrentSnapshot(torrent, position, input.nowMs);
		this.#kept.set(torrent, { snapshot, position, atMs: input.nowMs });
		return snapshot;
	}

	#stats(input: PublishInput): EngineStats {
		const disk = this.#pool.stats();
		const lagMs = Math.max(0, this.#lag.percentile(99) / 1e6 - 20);
		this.#lag.reset();
		return {
			eventLoopLagMs: Number.isFinite(lagMs) ? Math.round(lagMs * 10) / 10 : 0,
			ringSlots: disk.ringSlots,
			ringFreeSlots: disk.ringFreeSlots,
			diskQueue: disk.queuedJobs,
			connections: input.connections,
			halfOpen: input.halfOpen,
		};
	}
}

function isQuiet(torrent: Torrent): boolean {
	const swarm = torrent.activity?.swarm;
	return swarm !== undefined && swarm.size === 0 && torrent.state === 'seeding';
}
