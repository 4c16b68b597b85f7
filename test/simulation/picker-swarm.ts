/** Peers that exchange blocks through their pickers in rounds: no sockets, no clock, no choking. */
import { createHash } from 'node:crypto';
import { blockCount, type PieceLayout } from '../../src/metainfo/piece-layout.js';
import { PiecePicker } from '../../src/piece-picker/piece-picker.js';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { Random } from '../../src/primitives/clock.js';
import { SmartBan } from '../../src/torrent/smart-ban.js';

export interface PeerPlan {
	readonly isSeed?: boolean;
	/** Blocks it sends in a round. */
	readonly uploadBlocks: number;
	/** Whether it sends rubbish for a block. */
	readonly lies?: (piece: number, block: number) => boolean;
	/** Others treat it as snubbed. */
	readonly isSnubbed?: boolean;
}

interface Request {
	readonly to: VirtualPeer;
	readonly piece: number;
	readonly block: number;
}

export interface VirtualPeer {
	readonly id: number;
	readonly plan: PeerPlan;
	readonly picker: PiecePicker<number>;
	readonly smartBan: SmartBan<number>;
	readonly banned: Set<number>;
	readonly queue: Request[];
	readonly senders: Map<number, number[]>;
	/** What came for a block: `good`, or words that are different for each lie. */
	readonly contents: Map<string, string>;
	outstanding: Map<number, number>;
	receivedBlocks: number;
	wastedBlocks: number;
	failedPieces: number;
	sentBlocks: number;
}

const DEPTH = 6;

export class VirtualSwarm {
	readonly layout: PieceLayout;
	readonly peers: VirtualPeer[] = [];
	readonly #random: Random;
	readonly #randomFirstPieces: number;
	#cancels: { from: VirtualPeer; to: VirtualPeer; piece: number; block: number }[] = [];
	#lies = 0;

	constructor(layout: PieceLayout, random: Random, randomFirstPieces = 4) {
		this.layout = layout;
		this.#random = random;
		this.#randomFirstPieces = randomFirstPieces;
	}

	join(plan: PeerPlan): VirtualPeer {
		const picker = new PiecePicker<number>({
			layout: this.layout,
			random: this.#random,
			randomFirstPieces: this.#randomFirstPieces,
		});
		if (plan.isSeed === true) picker.restore(Bitfield.full(this.layout.pieceCount));
		const joined: VirtualPeer = {
			id: this.peers.length,
			plan,
			picker,
			smartBan: new SmartBan(),
			banned: new Set(),
			queue: [],
			senders: new Map(),
			contents: new Map(),
			outstanding: new Map(),
			receivedBlocks: 0,
			wastedBlocks: 0,
			failedPieces: 0,
			sentBlocks: 0,
		};
		for (const peer of this.peers) {
			peer.picker.peerHas(picker.have);
			picker.peerHas(peer.picker.have);
		}
		this.peers.push(joined);
		return joined;
	}

	leave(left: VirtualPeer): void {
		this.peers.splice(this.peers.indexOf(left), 1);
		for (const peer of this.peers) {
			peer.picker.releaseAll(left.id);
			peer.picker.peerLeft(left.picker.have);
			for (let i = peer.queue.length - 1; i >= 0; i--)
				if (peer.queue[i]?.to === left) peer.queue.splice(i, 1);
		}
	}

	get isComplete(): boolean {
		return this.peers.every((peer) => peer.picker.isComplete);
	}

	/** Rounds until all are complete, at most `limit`. */
	run(limit: number): number {
		let rounds = 0;
		while (!this.isComplete && rounds < limit) {
			this.round();
			rounds++;
		}
		return rounds;
	}

	/** Everybody asks, cancels of the last round take effect, everybody sends. */
	round(): void {
		for (const peer of this.#shuffled()) this.#ask(peer);
		for (const { from, to, piece, block } of this.#cancels) {
			const at = from.queue.findIndex(
				(request) => request.to === to && request.piece === piece && request.block === block,
			);
			if (at >= 0) from.queue.splice(at, 1);
		}
		this.#cancels = [];
		for (const peer of this.#shuffled()) this.#send(peer);
	}

	#shuffled(): VirtualPeer[] {
		return this.peers
			.map((peer) => ({ peer, key: this.#random() }))
			.sort((a, b) => a.key - b.key)
			.map(({ peer }) => peer);
	}

	#ask(asker: VirtualPeer): void {
		for (const peer of this.#shuffled()) {
			if (peer === asker || asker.banned.has(peer.id)) continue;
			if (!asker.picker.isInteresting(peer.picker.have)) continue;
			const isSnubbed = peer.plan.isSnubbed === true;
			const out = asker.outstanding.get(peer.id) ?? 0;
			const refs = asker.picker.pick(peer.id, peer.picker.have, (isSnubbed ? 1 : DEPTH) - out, {
				isSnubbed,
			});
			asker.outstanding.set(peer.id, out + refs.length);
			for (const { piece, block } of refs) peer.queue.push({ to: asker, piece, block });
		}
	}

	#send(sender: VirtualPeer): void {
		for (let i = 0; i < sender.plan.uploadBlocks && sender.queue.length > 0; i++) {
			const pickAt = Math.floor(this.#random() * Math.min(sender.queue.length, 8));
			const [request] = sender.queue.splice(pickAt, 1);
			if (request === undefined) return;
			sender.sentBlocks++;
			this.#deliver(sender, request);
		}
	}

	#deliver(sender: VirtualPeer, { to, piece, block }: Request): void {
		to.receivedBlocks++;
		if (to.picker.requestedBy(piece, block).includes(sender.id))
			to.outstanding.set(sender.id, (to.outstanding.get(sender.id) ?? 1) - 1);
		const { isNew, others, isPieceComplete } = to.picker.received(sender.id, piece, block);
		if (!isNew) {
			to.wastedBlocks++;
			return;
		}
		for (const id of others) {
			to.outstanding.set(id, (to.outstanding.get(id) ?? 1) - 1);
			const from = this.peers.find((peer) => peer.id === id);
			if (from !== undefined) this.#cancels.push({ from, to, piece, block });
		}
		const senders = to.senders.get(piece) ?? [];
		senders[block] = sender.id;
		to.senders.set(piece, senders);
		const isLie = sender.plan.lies?.(piece, block) === true;
		to.contents.set(`${piece}.${block}`, isLie ? `lie ${this.#lies++}` : 'good');
		if (isPieceComplete) this.#verify(to, piece);
	}

	#verify(peer: VirtualPeer, piece: number): void {
		const blocks = Array.from({ length: blockCount(this.layout, piece) }, (_, block) => block);
		const contents = blocks.map((block) => peer.contents.get(`${piece}.${block}`) ?? '');
		const senders = peer.senders.get(piece) ?? [];
		peer.senders.delete(piece);
		const isGood = contents.every((content) => content === 'good');
		const hashes = new Uint8Array(blocks.length * 20);
		for (const [i, content] of contents.entries())
			hashes.set(createHash('sha1').update(content).digest(), i * 20);
		const liars = isGood
			? peer.smartBan.pieceVerified(piece, senders, hashes)
			: peer.smartBan.pieceFailed(piece, senders, hashes);
		if (isGood) {
			peer.picker.pieceVerified(piece);
			for (const other of this.peers) if (other !== peer) other.picker.peerGained(piece);
		} else {
			peer.failedPieces++;
			peer.picker.pieceFailed(piece);
		}
		for (const liar of liars) {
			peer.banned.add(liar);
			peer.picker.releaseAll(liar);
			peer.outstanding.delete(liar);
			for (const [begun, begunSenders] of peer.senders)
				for (const [block, sender] of begunSenders.entries())
					if (sender === liar) peer.picker.discard(begun, block);
			const banned = this.peers.find((other) => other.id === liar);
			for (let i = (banned?.queue.length ?? 0) - 1; i >= 0; i--)
				if (banned?.queue[i]?.to === peer) banned.queue.splice(i, 1);
		}
	}
}
