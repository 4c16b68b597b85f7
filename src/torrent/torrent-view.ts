/** Builds the immutable pictures of a torrent that leave the engine. Reads only. */
import type { HttpSeed } from '../http-seed/http-seed.js';
import { pieceBytes } from '../metainfo/piece-layout.js';
import { cleanText } from '../primitives/clean-text.js';
import { formatEndpoint } from '../primitives/endpoint.js';
import type { TrackerStatus } from '../tracker/tracker-status.js';
import type { Peer } from './peer.js';
import type { Torrent } from './torrent.js';
import type {
	FileSnapshot,
	PeerSnapshot,
	TorrentDetail,
	TorrentSnapshot,
} from './torrent-snapshot.js';

/** An estimate beyond this says nothing. */
const MAX_ETA_SECONDS = 60 * 86_400;

export function torrentSnapshot(
	torrent: Torrent,
	queuePosition: number,
	nowMs: number,
): TorrentSnapshot {
	const { metainfo, pieces, totals } = torrent;
	const { wantedBytes, wantedDoneBytes: doneBytes } = pieces;
	const downloadRate = Math.round(totals.download.rate(nowMs));
	const { peers, seeds } = countPeers(torrent);
	const trackers = torrent.trackers?.status() ?? [];
	const active = trackers.find((tracker) => tracker.isActive) ?? trackers[0];
	const scraped = trackers.find((tracker) => tracker.seeds !== undefined);
	return {
		infohash: torrent.infohash,
		name: cleanText(metainfo.name),
		state: torrent.state,
		queuePosition,
		totalBytes: metainfo.totalBytes,
		wantedBytes,
		doneBytes,
		progress: progressOf(torrent, doneBytes, wantedBytes),
		downloadRate,
		uploadRate: Math.round(totals.upload.rate(nowMs)),
		...totals.lifetime(),
		ratio: totals.ratio(metainfo.totalBytes),
		etaSeconds:
			torrent.state === 'downloading' ? eta(wantedBytes - doneBytes, downloadRate) : undefined,
		peers,
		seeds,
		swarmSeeds: scraped?.seeds,
		swarmPeers: scraped?.leechers,
		availability: torrent.activity === undefined ? 0 : pieces.distributedCopies,
		problem: torrent.problem,
		trackerMessage: trackerMessage(trackers),
		trackerHost: torrent.trackers?.shownHost,
		nextAnnounceSeconds: active?.nextAnnounceSeconds,
		isPrivate: metainfo.isPrivate,
		isSequential: torrent.isSequential,
		addedAtMs: torrent.addedAtMs,
		completedAtMs: torrent.completedAtMs,
		torrentPath: torrent.torrentPath,
		savePath: torrent.savePath,
	};
}

export function torrentDetail(torrent: Torrent, nowMs: number): TorrentDetail {
	const { metainfo, pieces } = torrent;
	return {
		infohash: torrent.infohash,
		trackers: torrent.trackers?.status() ?? [],
		peers: [
			...Array.from(torrent.activity?.swarm.peers ?? [], (peer) => peerSnapshot(peer, nowMs)),
			...Array.from(torrent.activity?.httpSeeds ?? [], (seed) => httpSeedSnapshot(seed, nowMs)),
		],
		files: fileSnapshots(torrent),
		pieceCount: metainfo.pieceCount,
		pieceLengthBytes: metainfo.pieceLengthBytes,
		havePieces: pieces.have.count,
		comment: metainfo.comment === undefined ? undefined : cleanText(metainfo.comment),
	};
}

function progressOf(torrent: Torrent, doneBytes: number, wantedBytes: number): number {
	if (torrent.state === 'checking') return torrent.checkProgress;
	return wantedBytes === 0 ? 1 : doneBytes / wantedBytes;
}

function countPeers(torrent: Torrent): { peers: number; seeds: number } {
	let seeds = 0;
	const { activity } = torrent;
	if (activity === undefined) return { peers: 0, seeds: 0 };
	const { peers } = activity.swarm;
	for (const peer of peers) if (peer.isSeed) seeds++;
	return { peers: peers.size - seeds, seeds: seeds + [...activity.httpSeeds].length };
}

function eta(leftBytes: number, downloadRate: number): number | undefined {
	if (downloadRate <= 0) return undefined;
	const seconds = Math.ceil(leftBytes / downloadRate);
	return seconds > MAX_ETA_SECONDS ? undefined : seconds;
}

/** Silence while any tracker answers; otherwise the first complaint. */
function trackerMessage(trackers: readonly TrackerStatus[]): string | undefined {
	const warned = trackers.find((tracker) => tracker.state === 'warning');
	if (warned !== undefined) return warned.message;
	if (trackers.some((tracker) => tracker.state === 'ok')) return undefined;
	return trackers.find((tracker) => tracker.state === 'failed')?.message;
}

function peerSnapshot(peer: Peer, nowMs: number): PeerSnapshot {
	const { bitfield } = peer;
	return {
		endpoint: formatEndpoint(peer.connection.remote),
		client: cleanText(peer.client),
		isIncoming: peer.connection.isIncoming,
		amChoking: peer.amChoking,
		amInterested: peer.amInterested,
		peerChoking: peer.peerChoking,
		peerInterested: peer.peerInterested,
		isOptimistic: peer.isOptimistic,
		isSnubbed: peer.isSnubbed,
		isSeed: peer.isSeed,
		source: peer.source,
		progress: bitfield.length === 0 ? 1 : bitfield.count / bitfield.length,
		downloadRate: Math.round(peer.download.rate(nowMs)),
		uploadRate: Math.round(peer.upload.rate(nowMs)),
		downloadedBytes: peer.download.totalBytes,
		uploadedBytes: peer.upload.totalBytes,
		requestsOut: peer.outstanding.size,
		requestsIn: peer.requests.length,
	};
}

/** An HTTP seed among the peers: it gives and never asks. */
function httpSeedSnapshot(seed: HttpSeed, nowMs: number): PeerSnapshot {
	const { bitfield } = seed;
	return {
		endpoint: seed.host,
		client: 'HTTP',
		isIncoming: false,
		amChoking: true,
		amInterested: true,
		peerChoking: false,
		peerInterested: false,
		isOptimistic: false,
		isSnubbed: seed.isSnubbed,
		isSeed: bitfield.isFull,
		source: 'http',
		progress: bitfield.count / bitfield.length,
		downloadRate: Math.round(seed.download.rate(nowMs)),
		uploadRate: 0,
		downloadedBytes: seed.download.totalBytes,
		uploadedBytes: 0,
		requestsOut: seed.outstanding.size,
		requestsIn: 0,
	};
}

function fileSnapshots(torrent: Torrent): FileSnapshot[] {
	const { metainfo, pieces, files } = torrent;
	const snapshots: FileSnapshot[] = [];
	for (const [index, file] of metainfo.files.entries()) {
		if (file.isPadding) continue;
		let doneBytes = 0;
		const end = file.offsetBytes + file.lengthBytes;
		for (
			let piece = Math.floor(file.offsetBytes / metainfo.pieceLengthBytes);
			piece * metainfo.pieceLengthBytes < end;
			piece++
		) {
			if (!pieces.have.has(piece)) continue;
			const start = piece * metainfo.pieceLengthBytes;
			const stop = start + pieceBytes(metainfo, piece);
			doneBytes += Math.max(0, Math.min(end, stop) - Math.max(file.offsetBytes, start));
		}
		snapshots.push({
			path: cleanText(file.path.join('/')),
			lengthBytes: file.lengthBytes,
			doneBytes,
			priority: files.priority(index),
		});
	}
	return snapshots;
}
