/**
 * The peers of one torrent: whom to dial, whom to keep, whom to throw out; one connection a peer id,
 * never ourselves. Choking is decided by the choker and carried out here.
 */
import { type ChokeCandidate, Choker } from '../choker/choker.js';
import type { Dialer } from '../net/dialer.js';
import { Bans } from '../peer/bans.js';
import { exchangeHandshakes, type HandshakeResult } from '../peer/handshake-exchange.js';
import type { PeerBook, PeerEntry } from '../peer/peer-book.js';
import { PeerConnection } from '../peer/peer-connection.js';
import { addressScope } from '../primitives/address-range.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { equalBytes, toHex } from '../primitives/bytes.js';
import type { Clock, Random } from '../primitives/clock.js';
import { type Endpoint, formatEndpoint } from '../primitives/endpoint.js';
import { encodeChoke, encodeUnchoke } from '../wire/encoder.js';
import { encodeHandshake } from '../wire/handshake.js';
import type { WireMessage } from '../wire/message.js';
import { Peer, type PeerSource } from './peer.js';

/** BEP 3: who is unchoked is decided anew every ten seconds. */
const CHOKE_ROUND_MS = 10_000;

/** Interest that changes calls for a round out of turn, but no more often than this. */
const EXTRA_ROUND_MS = 1000;

/** When all slots were taken, the next round comes after this. */
const FULL_ROUND_MS = 3000;

/** Peers that neither give nor take for this long make room for others when it is scarce. */
const IDLE_LIMIT_MS = 600_000;

/** Two peers that dial each other at the same moment have both connections done within this time. */
const CROSSED_DIALS_MS = 3000;

/** Dials started in one tick, so that a big peer list does not flood the line. */
const DIALS_PER_TICK = 20;

export interface SwarmPorts {
	readonly infohash: Uint8Array;
	readonly peerId: Uint8Array;
	readonly pieceCount: number;
	readonly book: PeerBook;
	readonly dialer: Dialer;
	readonly clock: Clock;
	readonly random: Random;
	/** Bandwidth turns are shared by this object. */
	readonly group: object;
	maxPeers(): number;
	uploadSlots(): number;
	isComplete(): boolean;
	/** The session's limit over all torrents: takes a place, or refuses. */
	takeConnection(): boolean;
	freeConnection(): void;
	/** An endpoint turned out to be this program's own. */
	onSelf(endpoint: Endpoint): void;
	onJoined(peer: Peer): void;
	onLeft(peer: Peer, reason: string): void;
	onChoked(peer: Peer): void;
	onMessage(peer: Peer, message: WireMessage): void;
	onBlockStart(peer: Peer, piece: number, offset: number, length: number): Uint8Array | undefined;
	onBlockEnd(peer: Peer, piece: number, offset: number, length: number): void;
	onDrain(peer: Peer): void;
}

export class Swarm {
	readonly #ports: SwarmPorts;
	readonly #choker: Choker<Peer>;
	readonly #peers = new Set<Peer>();
	readonly #peersById = new Map<string, Peer>();
	readonly #entries = new Map<Peer, PeerEntry>();
	/** By peer id and by endpoint, where an address is shared; whole addresses are in the book. */
	readonly #bans = new Bans();
	#dialing = 0;
	#nextChokeRoundMs = 0;
	#lastChokeRoundMs = Number.NEGATIVE_INFINITY;
	#isClosed = false;
	#hasBans = false;

	constructor(ports: SwarmPorts) {
		this.#ports = ports;
		this.#choker = new Choker({ random: ports.random });
	}

	get peers(): ReadonlySet<Peer> {
		return this.#peers;
	}

	get size(): number {
		return this.#peers.size;
	}

	/** True while there is somebody to dial or a dial under way: worth a tick. */
	get isActive(): boolean {
		return this.#peers.size > 0 || this.#dialing > 0 || this.#ports.book.size > 0;
	}

	/** Nobody is here and nobody is being dialled. */
	get isEmpty(): boolean {
		return this.#peers.size + this.#dialing === 0;
	}

	/** Somebody is kept out: that must not be forgotten. */
	get hasBans(): boolean {
		return this.#hasBans;
	}

	/** A peer dialled us and named this torrent; its handshake is done. */
	accept(handshake: HandshakeResult): void {
		this.#join(handshake, 'incoming', undefined);
	}

	/** Once a second. */
	tick(nowMs: number): void {
		for (const peer of this.#peers) {
			peer.connection.tick(nowMs);
			if (peer.amInterested || peer.peerInterested) peer.idleSinceMs = nowMs;
			const isFull = this.#peers.size >= this.#ports.maxPeers();
			if (isFull && nowMs - peer.idleSinceMs > IDLE_LIMIT_MS) peer.connection.close('idle');
		}
		if (nowMs >= this.#nextChokeRoundMs) this.chokeRound(nowMs);
		this.#dialMore(nowMs);
	}

	/** Decides anew whom to upload to. */
	chokeRound(nowMs: number): void {
		this.#lastChokeRoundMs = nowMs;
		this.#nextChokeRoundMs = nowMs + CHOKE_ROUND_MS;
		const plan = this.#choker.plan(
			[...this.#peers].map((peer) => candidate(peer, nowMs)),
			{ slots: this.#ports.uploadSlots(), isSeeding: this.#ports.isComplete(), nowMs },
		);
		for (const peer of this.#peers) {
			peer.isOptimistic = plan.optimistic === peer;
			this.#setChoking(peer, !plan.unchoked.has(peer), nowMs);
		}
	}

	/** A peer became interested: do not let it wait for the round when a slot is free. */
	interestChanged(peer: Peer, nowMs: number): void {
		if (peer.peerInterested !== peer.amChoking) return;
		let used = 0;
		for (const other of this.#peers) if (!other.amChoking) used++;
		const slots = this.#ports.uploadSlots();
		if (peer.peerInterested && slots > 0 && used >= slots) {
			// The torrent's share may grow with the demand: look again before the round is due.
			this.#nextChokeRoundMs = Math.min(this.#nextChokeRoundMs, nowMs + FULL_ROUND_MS);
			return;
		}
		if (nowMs - this.#lastChokeRoundMs >= EXTRA_ROUND_MS) {
			this.chokeRound(nowMs);
			return;
		}
		if (peer.peerInterested) this.#setChoking(peer, false, nowMs);
		this.#nextChokeRoundMs = Math.min(
			this.#nextChokeRoundMs,
			this.#lastChokeRoundMs + EXTRA_ROUND_MS,
		);
	}

	/** Throws a peer out and keeps its address out for a while. */
	ban(peer: Peer, reason: string, nowMs: number): void {
		const { remote, peerId } = peer.connection;
		this.#hasBans = true;
		if (addressScope(remote.address) === 'public') {
			this.#ports.book.ban(remote.address, nowMs, reason);
		} else {
			// One house or one machine: its other peers did nothing.
			this.#bans.ban(toHex(peerId), nowMs, reason);
			this.#bans.ban(formatEndpoint(remote), nowMs, reason);
		}
		peer.connection.close(reason);
	}

	/** Closes every connection; none is made any more. */
	close(reason: string): void {
		this.#isClosed = true;
		for (const peer of this.#peers) peer.connection.close(reason);
	}

	#dialMore(nowMs: number): void {
		const { book, dialer } = this.#ports;
		for (let dials = 0; dials < DIALS_PER_TICK; dials++) {
			const room = this.#ports.maxPeers() - this.#peers.size - this.#dialing;
			if (this.#isClosed || room <= 0 || !dialer.canDial) return;
			const entry = book.next(nowMs);
			if (entry === undefined) return;
			if (this.#bans.isBanned(formatEndpoint(entry.endpoint), nowMs)) {
				book.failed(entry, nowMs, 'banned');
				continue;
			}
			this.#dialing++;
			this.#dial(entry)
				.catch((error: unknown) => {
					const wasAnswered = ['PEER_CLOSED', 'ECONNRESET'].includes(errorCode(error) ?? '');
					book.failed(entry, this.#ports.clock.now(), errorMessage(error), wasAnswered);
				})
				.finally(() => {
					this.#dialing--;
				});
		}
	}

	async #dial(entry: PeerEntry): Promise<void> {
		const stream = await this.#ports.dialer.dial(entry.endpoint);
		if (this.#isClosed) {
			stream.destroy();
			return;
		}
		const handshake = await exchangeHandshakes({
			stream,
			clock: this.#ports.clock,
			ours: () => encodeHandshake({ infohash: this.#ports.infohash, peerId: this.#ports.peerId }),
		});
		if (!equalBytes(handshake.infohash, this.#ports.infohash)) {
			stream.destroy();
			throw new Error('peer answered for another torrent');
		}
		if (equalBytes(handshake.peerId, this.#ports.peerId)) {
			this.#ports.book.removeSelf(entry.endpoint);
			this.#ports.onSelf(entry.endpoint);
			stream.destroy();
			return;
		}
		this.#join(handshake, entry.source, entry);
	}

	#join(handshake: HandshakeResult, source: PeerSource, entry: PeerEntry | undefined): void {
		const { clock, book } = this.#ports;
		const now = clock.now();
		const id = toHex(handshake.peerId);
		let dialled = entry;
		const twin = this.#peersById.get(id);
		if (twin !== undefined) {
			if (this.#isPreferred(handshake, twin, now)) {
				// Its endpoint stays the same peer's, which is connected all along.
				dialled ??= this.#entries.get(twin);
				this.#entries.delete(twin);
				twin.connection.close('connected both ways');
			} else if (entry !== undefined && !this.#entries.has(twin)) {
				// It dialled us, so only now we know its endpoint: not to be dialled while it stays.
				this.#entries.set(twin, entry);
				book.connected(entry);
				handshake.stream.destroy();
				return;
			}
		}
		const refusal = this.#refusal(handshake, id, now);
		if (refusal !== undefined) {
			handshake.stream.destroy();
			if (dialled !== undefined) book.failed(dialled, now, refusal);
			return;
		}
		const connection = new PeerConnection(handshake, now);
		const peer = new Peer(connection, { source, pieceCount: this.#ports.pieceCount, nowMs: now });
		this.#peers.add(peer);
		this.#peersById.set(id, peer);
		if (dialled !== undefined) {
			this.#entries.set(peer, dialled);
			book.connected(dialled);
		}
		this.#ports.onJoined(peer);
		connection.start(
			{
				onMessage: (message) => this.#ports.onMessage(peer, message),
				onBlockStart: (piece, offset, length) =>
					this.#ports.onBlockStart(peer, piece, offset, length),
				onBlockEnd: (piece, offset, length) => this.#ports.onBlockEnd(peer, piece, offset, length),
				onDrain: () => this.#ports.onDrain(peer),
				onClosed: (reason) => this.#left(peer, id, reason),
			},
			{
				pieceCount: this.#ports.pieceCount,
				earlyBytes: handshake.earlyBytes,
				group: this.#ports.group,
				now: () => clock.now(),
			},
		);
	}

	/**
	 * Of two connections that crossed on the way, both sides must keep the same one, or both end:
	 * the one dialled by the greater peer id.
	 */
	#isPreferred(handshake: HandshakeResult, twin: Peer, now: number): boolean {
		const { isIncoming } = handshake.stream;
		if (isIncoming === twin.connection.isIncoming) return false;
		if (now - twin.connectedAtMs > CROSSED_DIALS_MS) return false;
		return isIncoming === toHex(handshake.peerId) > toHex(this.#ports.peerId);
	}

	#refusal(handshake: HandshakeResult, id: string, now: number): string | undefined {
		if (this.#isClosed) return 'torrent stopped';
		if (equalBytes(handshake.peerId, this.#ports.peerId)) return 'that is us';
		if (this.#ports.book.isBanned(handshake.stream.remote.address, now)) return 'banned';
		if (this.#bans.isBanned(id, now)) return 'banned';
		if (this.#peersById.has(id)) return 'already connected';
		if (this.#peers.size >= this.#ports.maxPeers()) return 'enough peers';
		return this.#ports.takeConnection() ? undefined : 'enough connections';
	}

	#left(peer: Peer, id: string, reason: string): void {
		if (!this.#peers.delete(peer)) return;
		if (this.#peersById.get(id) === peer) this.#peersById.delete(id);
		this.#ports.freeConnection();
		const entry = this.#entries.get(peer);
		this.#entries.delete(peer);
		const now = this.#ports.clock.now();
		if (entry !== undefined) this.#ports.book.disconnected(entry, now);
		this.#ports.onLeft(peer, reason);
		if (!peer.amChoking) this.#nextChokeRoundMs = Math.min(this.#nextChokeRoundMs, now + 1000);
	}

	#setChoking(peer: Peer, isChoking: boolean, nowMs: number): void {
		if (peer.amChoking === isChoking) return;
		peer.amChoking = isChoking;
		if (isChoking) {
			peer.send(encodeChoke(), nowMs);
			this.#ports.onChoked(peer);
		} else {
			peer.unchokedAtMs = nowMs;
			peer.uploadedAtUnchokeBytes = peer.upload.totalBytes;
			peer.send(encodeUnchoke(), nowMs);
		}
	}
}

function candidate(peer: Peer, nowMs: number): ChokeCandidate<Peer> {
	return {
		key: peer,
		isInterested: peer.peerInterested,
		isUnchoked: !peer.amChoking,
		isSnubbed: peer.isSnubbed,
		downloadRate: peer.download.rate(nowMs),
		uploadRate: peer.upload.rate(nowMs),
		connectedForMs: nowMs - peer.connectedAtMs,
		uploadedSinceUnchokeBytes: peer.upload.totalBytes - peer.uploadedAtUnchokeBytes,
		unchokedForMs: peer.amChoking ? 0 : nowMs - peer.unchokedAtMs,
	};
}
