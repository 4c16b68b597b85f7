/**
 * A torrent that runs: its swarm, its download and upload sides and its trackers, wired together.
 * Made when the torrent starts, thrown away when it stops; what outlives it is the torrent's.
 */
import { HttpSeed } from '../http-seed/http-seed.js';
import type { Metainfo } from '../metainfo/metainfo.js';
import type { Dialer } from '../net/dialer.js';
import type { RateGate } from '../net/rate-gate.js';
import type { HandshakeResult } from '../peer/handshake-exchange.js';
import { PeerBook } from '../peer/peer-book.js';
import type { PiecePicker } from '../piece-picker/piece-picker.js';
import type { Clock, Random } from '../primitives/clock.js';
import { type Endpoint, formatEndpoint } from '../primitives/endpoint.js';
import { infohashBytes } from '../primitives/infohash.js';
import type { BlockRing, TorrentStorage } from '../storage/storage.js';
import { encodeHaves } from '../wire/encoder.js';
import type { WireMessage } from '../wire/message.js';
import type { BlockRequest, BlockSource } from './block-source.js';
import { Conversation } from './conversation.js';
import { Download } from './download.js';
import { type HttpSeedAccess, HttpSeeds } from './http-seeds.js';
import { Peer } from './peer.js';
import { Swarm } from './swarm.js';
import type { TransferTotals } from './transfer-totals.js';
import { Upload } from './upload.js';

/** A seed that knows no peer any more rests after this time. */
const NOBODY_KNOWN_MS = 30_000;

/** One whose known peers do not answer: trackers name them again when they announce. */
const NOBODY_ANSWERS_MS = 5 * 60_000;

const MAX_OWN_ENDPOINTS = 64;

/** What all torrents of a session share. */
export interface SharedEngine {
	readonly clock: Clock;
	readonly random: Random;
	readonly dialer: Dialer;
	readonly readGate: RateGate;
	readonly writeGate: RateGate;
	readonly ring: BlockRing;
	/** Undefined when HTTP seeds are switched off. */
	readonly httpSeeds: HttpSeedAccess | undefined;
	readonly peerId: Uint8Array;
	/** What we call ourselves to peers. */
	readonly clientName: string;
	/** Peers the user named, dialled for every torrent. */
	readonly optionPeers: readonly Endpoint[];
	/** Endpoints that turned out to be this program, as text: no torrent dials them. */
	readonly ownEndpoints: Set<string>;
	port(): number | undefined;
	takeConnection(): boolean;
	freeConnection(): void;
	/** Some torrent could use more or fewer slots than before. */
	demandChanged(): void;
	/** The ring is full: make room in every torrent. */
	relievePressure(): void;
}

export interface ActivityPorts {
	readonly metainfo: Metainfo;
	readonly picker: PiecePicker<BlockSource>;
	readonly storage: TorrentStorage;
	readonly totals: TransferTotals;
	readonly engine: SharedEngine;
	maxPeers(): number;
	uploadSlots(): number;
	onPiece(piece: number): void;
	onDiskError(error: unknown): void;
	onReadError(piece: number, error: unknown): void;
	onNotice(message: string): void;
}

export class Activity {
	readonly book: PeerBook;
	readonly swarm: Swarm;
	readonly #ports: ActivityPorts;
	/** Made with the first thing it has to do: most seeds need none. */
	#madeDownload: Download | undefined;
	readonly #upload: Upload;
	readonly #conversation: Conversation;
	/** Only while it downloads, when the torrent names any. */
	#httpSeeds: HttpSeeds | undefined;
	/** Pieces verified just now that peers have not heard of. */
	#untold: number[] = [];
	/** Pieces verified since the last tick may have ended our interest in some peers. */
	#isInterestStale = false;
	lastUsefulByteMs: number;
	/** When somebody was last here or dialled. */
	#lastPeerMs: number;

	constructor(ports: ActivityPorts) {
		const { metainfo, picker, storage, engine } = ports;
		const now = (): number => engine.clock.now();
		this.#ports = ports;
		this.lastUsefulByteMs = now();
		this.#lastPeerMs = this.lastUsefulByteMs;
		this.book = new PeerBook({ random: engine.random });
		this.#upload = new Upload({
			layout: metainfo,
			storage,
			gate: engine.writeGate,
			group: this,
			now,
			hasPiece: (piece) => picker.have.has(piece),
			onSent: (_peer, bytes) => ports.totals.upload.add(bytes, now()),
			onReadError: (piece, error) => ports.onReadError(piece, error),
		});
		this.#conversation = new Conversation({
			metainfo,
			picker,
			download: () => this.#download,
			upload: this.#upload,
			clientName: engine.clientName,
			now,
			port: () => engine.port(),
			onInterest: (peer) => {
				engine.demandChanged();
				this.swarm.interestChanged(peer, now());
			},
			onPieces: (peer) => this.#dropIfUseless(peer),
		});
		this.swarm = new Swarm({
			infohash: infohashBytes(metainfo.infohash),
			peerId: engine.peerId,
			pieceCount: metainfo.pieceCount,
			book: this.book,
			dialer: engine.dialer,
			clock: engine.clock,
			random: engine.random,
			group: this,
			maxPeers: () => ports.maxPeers(),
			uploadSlots: () => ports.uploadSlots(),
			isComplete: () => picker.isComplete,
			takeConnection: () => engine.takeConnection(),
			freeConnection: () => engine.freeConnection(),
			onSelf: (endpoint) => this.#noteOwnEndpoint(endpoint),
			onJoined: (peer) => this.#joined(peer),
			onLeft: (peer) => this.#left(peer),
			onChoked: (peer) => this.#upload.choked(peer),
			onMessage: (peer, message) => this.#message(peer, message),
			onBlockStart: (peer, piece, offset, length) =>
				this.#download.blockStart(peer, piece, offset, length),
			onBlockEnd: (peer, piece, offset, length) => this.#blockEnd(peer, piece, offset, length),
			onDrain: (peer) => this.#upload.pump(peer),
		});
		for (const endpoint of engine.optionPeers) this.book.add(endpoint, 'option');
		this.#httpSeeds = this.#makeHttpSeeds();
	}

	/** HTTP seeds that are asked at this moment. */
	get httpSeeds(): Iterable<HttpSeed> {
		return this.#httpSeeds?.active ?? [];
	}

	/** True when a seed may do without it: for long nobody came, nobody answered, nobody is banned. */
	isQuiet(nowMs: number): boolean {
		if (!this.swarm.isEmpty || this.swarm.hasBans || this.#isWriting) return false;
		const quietMs = this.book.size === 0 ? NOBODY_KNOWN_MS : NOBODY_ANSWERS_MS;
		return this.#ports.engine.optionPeers.length === 0 && nowMs - this.#lastPeerMs > quietMs;
	}

	/** A peer dialled us for this torrent. */
	accept(handshake: HandshakeResult): void {
		this.swarm.accept(handshake);
	}

	/** Once a second. */
	tick(nowMs: number): void {
		this.#httpSeeds?.tick(nowMs);
		if (!this.swarm.isActive && this.#httpSeeds === undefined) return;
		if (!this.swarm.isEmpty) this.#lastPeerMs = nowMs;
		if (this.#isInterestStale) {
			this.#isInterestStale = false;
			for (const peer of this.swarm.peers) this.#conversation.updateInterest(peer);
		}
		this.swarm.tick(nowMs);
		this.#madeDownload?.tick(nowMs);
		for (const peer of this.swarm.peers) this.#upload.pump(peer);
	}

	/** The ring has room again. */
	fillAll(): void {
		this.#madeDownload?.fillAll();
	}

	/** See `Download`. */
	get writingSlots(): number {
		return this.#madeDownload?.writingSlots ?? 0;
	}

	relieve(untouchedForMs: number): void {
		this.#madeDownload?.relieve(untouchedForMs);
	}

	/** Wanted files changed: what we want of each peer may have too. */
	wantsChanged(): void {
		for (const peer of this.swarm.peers) this.#conversation.updateInterest(peer);
	}

	/** Complete now: seeds have nothing to give and nothing to take any more. */
	completed(): void {
		this.#endHttpSeeds();
		for (const peer of this.swarm.peers) {
			this.#conversation.updateInterest(peer);
			this.#dropIfUseless(peer);
		}
	}

	stop(reason: string): void {
		this.#endHttpSeeds();
		this.swarm.close(reason);
		this.#madeDownload?.stop();
	}

	/** Resolves when pieces that were being written after `stop` are on disk, or failed. */
	async settled(): Promise<void> {
		await this.#madeDownload?.settled();
	}

	#noteOwnEndpoint(endpoint: Endpoint): void {
		const { ownEndpoints } = this.#ports.engine;
		if (ownEndpoints.size < MAX_OWN_ENDPOINTS) ownEndpoints.add(formatEndpoint(endpoint));
	}

	#joined(peer: Peer): void {
		this.#ports.picker.peerHas(peer.bitfield);
		this.#conversation.greet(peer);
	}

	#left(peer: Peer): void {
		this.#upload.peerLeft(peer);
		this.#sourceLeft(peer);
	}

	#sourceLeft(source: BlockSource): void {
		this.#madeDownload?.peerLeft(source);
		this.#ports.picker.peerLeft(source.bitfield);
		this.fillAll();
	}

	#message(peer: Peer, message: WireMessage): void {
		this.#conversation.received(peer, message);
	}

	#blockEnd(source: BlockSource, piece: number, offset: number, length: number): void {
		const now = this.#ports.engine.clock.now();
		this.#ports.totals.download.add(length, now);
		this.lastUsefulByteMs = now;
		this.#download.blockEnd(source, piece, offset, length);
	}

	#pieceVerified(piece: number): void {
		this.#untold.push(piece);
		// The results of one batch come together, and so should the peers hear of them.
		if (this.#untold.length === 1) queueMicrotask(() => this.#tellPieces());
		this.#isInterestStale = true;
		this.#ports.onPiece(piece);
	}

	/** Peers that have a piece need not hear that we have it too. */
	#tellPieces(): void {
		const pieces = this.#untold;
		this.#untold = [];
		const now = this.#ports.engine.clock.now();
		for (const peer of this.swarm.peers) {
			if (peer.isSeed) continue;
			const news = pieces.filter((piece) => !peer.bitfield.has(piece));
			if (news.length > 0) peer.send(encodeHaves(news), now);
		}
	}

	#ban(source: BlockSource, reason: string): void {
		if (source instanceof Peer) {
			const { address } = source.connection.remote;
			this.#ports.onNotice(`peer ${address} ${reason}: banned for an hour`);
			this.swarm.ban(source, reason, this.#ports.engine.clock.now());
		} else if (source instanceof HttpSeed) {
			this.#httpSeeds?.ban(source, reason);
		}
		this.#madeDownload?.distrust(source);
	}

	/** Everybody who may be asked for blocks. */
	#sources(): Iterable<BlockSource> {
		if (this.#httpSeeds === undefined || this.#httpSeeds.activeCount === 0) return this.swarm.peers;
		return [...this.swarm.peers, ...this.#httpSeeds.active];
	}

	get #download(): Download {
		this.#madeDownload ??= this.#makeDownload();
		return this.#madeDownload;
	}

	get #isWriting(): boolean {
		return (this.#madeDownload?.pendingWrites ?? 0) > 0;
	}

	#makeDownload(): Download {
		const { metainfo, picker, storage, engine, totals } = this.#ports;
		return new Download({
			picker,
			layout: metainfo,
			ring: engine.ring,
			storage,
			now: () => engine.clock.now(),
			isThrottled: () => engine.readGate.isLimited,
			peers: () => this.#sources(),
			onPiece: (piece) => this.#pieceVerified(piece),
			onWaste: (bytes) => totals.waste(bytes),
			onBadPeer: (source, reason) => this.#ban(source, reason),
			onDiskError: (error) => this.#ports.onDiskError(error),
			onNotice: (message) => this.#ports.onNotice(message),
			onPressure: () => engine.relievePressure(),
		});
	}

	#makeHttpSeeds(): HttpSeeds | undefined {
		const { metainfo, picker, engine, totals } = this.#ports;
		const hasAny = metainfo.webSeeds.length + metainfo.httpSeeds.length > 0;
		if (engine.httpSeeds === undefined || !hasAny || picker.isComplete) return undefined;
		return new HttpSeeds({
			metainfo,
			infohash: infohashBytes(metainfo.infohash),
			access: engine.httpSeeds,
			gate: engine.readGate,
			clock: engine.clock,
			random: engine.random,
			group: this,
			takeConnection: () => engine.takeConnection(),
			freeConnection: () => engine.freeConnection(),
			onJoined: (seed) => {
				picker.peerHas(seed.bitfield);
				this.#download.fill(seed);
			},
			onLeft: (seed) => this.#sourceLeft(seed),
			onBlock: (seed, block, bytes) => this.#httpBlock(seed, block, bytes),
			onWaste: (bytes) => totals.waste(bytes),
			onNotice: (message) => this.#ports.onNotice(message),
		});
	}

	#endHttpSeeds(): void {
		this.#httpSeeds?.close();
		this.#httpSeeds = undefined;
	}

	#httpBlock(
		seed: HttpSeed,
		{ piece, offsetBytes, lengthBytes }: BlockRequest,
		bytes: Uint8Array,
	): void {
		const place = this.#download.blockStart(seed, piece, offsetBytes, lengthBytes);
		if (place === undefined) return;
		place.set(bytes);
		this.#blockEnd(seed, piece, offsetBytes, lengthBytes);
	}

	/** Two that both have everything, or will not download, have no use for each other. */
	#dropIfUseless(peer: Peer): void {
		if (!this.#ports.picker.isComplete || !peer.hasToldPieces) return;
		if (peer.isSeed || (peer.isUploadOnly && !peer.amInterested)) {
			peer.connection.close('both are seeds');
		}
	}
}
