/**
 * A torrent while it downloads or seeds: its trackers, and its activity while there are peers. A seed
 * that nobody asks for has no activity, so that ten thousand of them cost next to nothing.
 */
import type { HandshakeResult } from '../peer/handshake-exchange.js';
import type { Endpoint } from '../primitives/endpoint.js';
import type { TrackerSession } from '../tracker/tracker-session.js';
import { Activity } from './activity.js';
import { makeTrackers } from './announcing.js';
import type { Torrent } from './torrent.js';
import type { TorrentOptions } from './torrent-options.js';

/** A download with fewer peers than this asks its trackers earlier. */
const HUNGRY_BELOW_PEERS = 5;

/** Without a useful byte for this long a download does not hold its slot; sooner without any peer. */
const STALL_MS = 60_000;
const LONELY_STALL_MS = 15_000;

export type RunOptions = Omit<TorrentOptions, 'record'>;

export interface RunPorts {
	onPiece(): void;
	onDiskError(error: unknown): void;
	onReadError(piece: number, error: unknown): void;
}

export class TorrentRun {
	readonly #torrent: Torrent;
	readonly #options: RunOptions;
	readonly #ports: RunPorts;
	#activity: Activity | undefined;
	#trackers: TrackerSession | undefined;
	#isUp = false;
	#startedAtMs = 0;

	constructor(torrent: Torrent, options: RunOptions, ports: RunPorts) {
		this.#torrent = torrent;
		this.#options = options;
		this.#ports = ports;
	}

	/** Between `start` and `stop`: peers are welcome. */
	get isUp(): boolean {
		return this.#isUp;
	}

	/** Only while there are peers, or may be. */
	get activity(): Activity | undefined {
		return this.#activity;
	}

	/** Of this run, or of the last one while it says goodbye. */
	get trackers(): TrackerSession | undefined {
		return this.#trackers;
	}

	start(nowMs: number): void {
		const isDownload = this.#torrent.state === 'downloading';
		this.#isUp = true;
		this.#startedAtMs = nowMs;
		// The first peer does not wait until a thread is up.
		this.#options.storage.warmUp();
		// A seed waits for the first peer; only a download goes and looks for some.
		if (isDownload || this.#options.engine.optionPeers.length > 0) this.#wake();
		this.#startTrackers();
		this.#activity?.tick(nowMs);
	}

	/** Nothing moves any more when this returns. */
	stop(reason: string): void {
		this.#isUp = false;
		this.#rest(reason);
		this.#trackers?.stop().catch(() => {
			// Trackers that cannot be told find out by themselves when we do not announce again.
		});
	}

	/** Downloading for a while without a useful byte. */
	isStalled(nowMs: number): boolean {
		const activity = this.#activity;
		if (activity === undefined) return false;
		const limitMs = activity.swarm.size === 0 ? LONELY_STALL_MS : STALL_MS;
		return nowMs - Math.max(this.#startedAtMs, activity.lastUsefulByteMs) > limitMs;
	}

	/** A peer dialled us for this torrent. */
	accept(handshake: HandshakeResult): void {
		if (this.#isUp) this.#wake().accept(handshake);
		else handshake.stream.destroy();
	}

	/** A tracker named peers. */
	found(peers: readonly Endpoint[]): void {
		if (!this.#isUp || peers.length === 0) return;
		const activity = this.#wake();
		for (const endpoint of peers) activity.book.add(endpoint, 'tracker');
		activity.tick(this.#options.engine.clock.now());
	}

	setTiers(tiers: readonly (readonly string[])[]): void {
		if (this.#trackers !== undefined) this.#trackers.setTiers(tiers);
		else if (this.#isUp) this.#startTrackers();
	}

	/** Once a second while it is awake. */
	tick(nowMs: number): void {
		const activity = this.#activity;
		if (activity === undefined) return;
		activity.tick(nowMs);
		const { state } = this.#torrent;
		if (state === 'seeding' && activity.isQuiet(nowMs)) this.#rest('nobody is there');
		this.#trackers?.setHungry(state === 'downloading' && activity.swarm.size < HUNGRY_BELOW_PEERS);
	}

	#startTrackers(): void {
		this.#trackers = undefined;
		if (this.#torrent.tiers.length === 0) return;
		this.#trackers = makeTrackers(this.#torrent, this.#options);
		this.#trackers.start();
	}

	#wake(): Activity {
		if (this.#activity !== undefined) return this.#activity;
		const { engine, host, storage } = this.#options;
		const torrent = this.#torrent;
		this.#activity = new Activity({
			metainfo: torrent.metainfo,
			picker: torrent.pieces.picker(),
			storage,
			totals: torrent.totals,
			engine,
			maxPeers: () => host.maxPeers(torrent),
			uploadSlots: () => host.uploadSlots(torrent),
			onPiece: () => this.#ports.onPiece(),
			onDiskError: (error) => this.#ports.onDiskError(error),
			onReadError: (piece, error) => this.#ports.onReadError(piece, error),
			onNotice: (message) => host.log(torrent, 'warn', 'peer', message),
		});
		host.onAwake(torrent, true);
		return this.#activity;
	}

	/** Without peers from now on, and without what they need. */
	#rest(reason: string): void {
		const activity = this.#activity;
		if (activity === undefined) return;
		const { pieces } = this.#torrent;
		activity.stop(reason);
		this.#activity = undefined;
		const letGo = (): void => {
			if (this.#activity === undefined) pieces.letGo();
		};
		// Pieces that are being written still count.
		activity.settled().then(letGo, letGo);
		this.#options.host.onAwake(this.#torrent, false);
		this.#torrent.rested();
	}
}
