/**
 * What each message of a peer means for one torrent, and what we say first (BEP 3, 6, 10, 21).
 * Only the peer's own mistakes are judged here; they end the peer, nothing else.
 */
import { createHash } from 'node:crypto';
import type { Metainfo } from '../metainfo/metainfo.js';
import type { PiecePicker } from '../piece-picker/piece-picker.js';
import { Bitfield } from '../primitives/bitfield.js';
import { cleanText } from '../primitives/clean-text.js';
import { addressBytes } from '../primitives/endpoint.js';
import { infohashBytes } from '../primitives/infohash.js';
import {
	encodeAllowedFast,
	encodeBitfield,
	encodeExtended,
	encodeHaveAll,
	encodeHaveNone,
	encodeInterested,
	encodeNotInterested,
} from '../wire/encoder.js';
import {
	decodeExtensionHandshake,
	EXTENSION_HANDSHAKE_ID,
	encodeExtensionHandshake,
} from '../wire/extension-handshake.js';
import { allowedFastSet } from '../wire/fast-extension.js';
import type { WireMessage } from '../wire/message.js';
import type { BlockSource } from './block-source.js';
import type { Download } from './download.js';
import type { Peer } from './peer.js';
import { OUR_REQUEST_QUEUE, type Upload } from './upload.js';

/** A client name longer than this is not a name. */
const MAX_CLIENT_CHARACTERS = 60;

/**
 * Unchokes and whole bitfields taken from one peer: each makes us look at every piece. Honest ones
 * send one in ten seconds; aria2 sends bitfields instead of HAVEs.
 */
const COSTLY_AT_ONCE = 100;
const COSTLY_PER_SECOND = 1;

export interface ConversationPorts {
	readonly metainfo: Metainfo;
	readonly picker: PiecePicker<BlockSource>;
	download(): Download;
	readonly upload: Upload;
	readonly clientName: string;
	now(): number;
	port(): number | undefined;
	/** A peer began or ended to be interested: the choker may have a free slot for it. */
	onInterest(peer: Peer): void;
	/** Its pieces are known or changed. */
	onPieces(peer: Peer): void;
}

export class Conversation {
	readonly #ports: ConversationPorts;

	constructor(ports: ConversationPorts) {
		this.#ports = ports;
	}

	/** Our first words after the handshake. */
	greet(peer: Peer): void {
		const { picker, metainfo } = this.#ports;
		const now = this.#ports.now();
		const { connection } = peer;
		if (connection.supportsExtensions) peer.send(this.#extensionHandshake(peer), now);
		const have = picker.have;
		if (connection.supportsFast && have.isFull) peer.send(encodeHaveAll(), now);
		else if (connection.supportsFast && have.count === 0) peer.send(encodeHaveNone(), now);
		else if (have.count > 0) peer.send(encodeBitfield(have.toBytes()), now);
		if (!connection.supportsFast || have.count === 0) return;
		const address = addressBytes(connection.remote.address);
		if (address === undefined) return;
		const pieces = allowedFastSet({
			infohash: infohashBytes(metainfo.infohash),
			address,
			pieceCount: metainfo.pieceCount,
			sha1: (bytes) => createHash('sha1').update(bytes).digest(),
		});
		for (const piece of pieces) {
			if (!have.has(piece)) continue;
			peer.grantedFast.add(piece);
			peer.send(encodeAllowedFast(piece), now);
		}
	}

	/** Handles one message; throws nothing, closes the peer when it breaks the rules. */
	received(peer: Peer, message: WireMessage): void {
		switch (message.type) {
			case 'choke':
				peer.peerChoking = true;
				this.#ports.download().releaseAll(peer);
				break;
			case 'unchoke':
				if (!this.#isAffordable(peer)) break;
				peer.peerChoking = false;
				this.#ports.download().fill(peer);
				break;
			case 'interested':
			case 'not-interested':
				peer.peerInterested = message.type === 'interested';
				this.#ports.onInterest(peer);
				break;
			case 'have':
				this.#have(peer, message.piece);
				break;
			case 'bitfield':
				this.#bitfield(peer, Bitfield.fromBytes(message.bytes, this.#ports.metainfo.pieceCount));
				break;
			case 'have-all':
			case 'have-none':
				this.#haveAllOrNone(peer, message.type === 'have-all');
				break;
			case 'request':
				this.#ports.upload.requested(peer, message);
				break;
			case 'cancel':
				this.#ports.upload.cancelled(peer, message);
				break;
			case 'reject':
				this.#ports.download().rejected(peer, message.piece, message.offsetBytes);
				this.#ports.download().fill(peer);
				break;
			case 'allowed-fast':
				if (peer.allowedFast.size < 1000) peer.allowedFast.add(message.piece);
				if (peer.peerChoking) this.#ports.download().fill(peer);
				break;
			case 'extended':
				this.#extended(peer, message.id, message.payload);
				break;
			case 'keep-alive':
			case 'suggest':
			case 'port':
			case 'unknown':
				break;
		}
	}

	/** Says whether we want something of the peer, when that changed. */
	updateInterest(peer: Peer): void {
		const isInteresting = this.#ports.picker.isInteresting(peer.bitfield);
		if (isInteresting === peer.amInterested) return;
		peer.amInterested = isInteresting;
		peer.idleSinceMs = this.#ports.now();
		peer.send(isInteresting ? encodeInterested() : encodeNotInterested(), this.#ports.now());
		if (isInteresting) this.#ports.download().fill(peer);
	}

	#have(peer: Peer, piece: number): void {
		peer.hasToldPieces = true;
		if (!peer.bitfield.set(piece)) return;
		this.#ports.picker.peerGained(piece);
		if (!peer.amInterested && !this.#ports.picker.have.has(piece)) this.updateInterest(peer);
		if (peer.bitfield.isFull) this.#ports.onPieces(peer);
	}

	/** aria2 sends a second one in mid-stream instead of many HAVEs: it replaces the first. */
	#bitfield(peer: Peer, bitfield: Bitfield | undefined): void {
		if (bitfield === undefined) {
			peer.connection.close('sent a bitfield with bits beyond the last piece');
			return;
		}
		if (!this.#isAffordable(peer)) return;
		peer.hasToldPieces = true;
		this.#ports.picker.peerLeft(peer.bitfield);
		peer.bitfield = bitfield;
		this.#ports.picker.peerHas(bitfield);
		this.updateInterest(peer);
		this.#ports.onPieces(peer);
	}

	/** Counts a message that is short for the peer and long work for us; ends a flood of them. */
	#isAffordable(peer: Peer): boolean {
		peer.costlyMessages++;
		const connectedForMs = this.#ports.now() - peer.connectedAtMs;
		if (peer.costlyMessages <= COSTLY_AT_ONCE + (connectedForMs / 1000) * COSTLY_PER_SECOND)
			return true;
		peer.connection.close('changes its mind all the time');
		return false;
	}

	#haveAllOrNone(peer: Peer, hasAll: boolean): void {
		const { pieceCount } = this.#ports.metainfo;
		this.#bitfield(peer, hasAll ? Bitfield.full(pieceCount) : new Bitfield(pieceCount));
	}

	#extended(peer: Peer, id: number, payload: Uint8Array): void {
		if (id !== EXTENSION_HANDSHAKE_ID) return;
		const theirs = decodeExtensionHandshake(payload);
		if (theirs.client !== undefined) {
			peer.client = cleanText(theirs.client).slice(0, MAX_CLIENT_CHARACTERS) || peer.client;
		}
		if (theirs.reqq !== undefined) peer.requestQueueLimit = theirs.reqq;
		if (theirs.uploadOnly !== undefined) {
			peer.isUploadOnly = theirs.uploadOnly;
			this.#ports.onPieces(peer);
		}
	}

	#extensionHandshake(peer: Peer): Uint8Array {
		const port = this.#ports.port();
		const yourIp = addressBytes(peer.connection.remote.address);
		return encodeExtended(
			EXTENSION_HANDSHAKE_ID,
			encodeExtensionHandshake({
				client: this.#ports.clientName,
				reqq: OUR_REQUEST_QUEUE,
				uploadOnly: this.#ports.picker.isComplete,
				...(port === undefined ? {} : { port }),
				...(yourIp === undefined ? {} : { yourIp }),
			}),
		);
	}
}
