/** Trackers, peers and files of a torrent for frames that can be compared. */
import type { Infohash } from '../../src/primitives/infohash.js';
import type { PeerSnapshot, TorrentDetail, TrackerSnapshot } from '../../src/session/snapshot.js';

const MIB = 1024 ** 2;
const GIB = 1024 ** 3;

export function makeTrackers(): readonly TrackerSnapshot[] {
	const none = {
		isActive: false,
		nextAnnounceSeconds: undefined,
		lastAnswerSeconds: undefined,
		failures: 0,
		message: undefined,
		peers: undefined,
		seeds: undefined,
		leechers: undefined,
		downloads: undefined,
	};
	return [
		{
			...none,
			tier: 1,
			url: 'udp://tracker.opentrackr.org:1337/announce',
			isActive: true,
			state: 'ok',
			nextAnnounceSeconds: 761,
			lastAnswerSeconds: 130,
			peers: 42,
			seeds: 1204,
			leechers: 87,
			downloads: 40112,
		},
		{ ...none, tier: 1, url: 'https://bttracker.debian.org/announce', state: 'standby' },
		{
			...none,
			tier: 2,
			url: 'http://old.example.org:6969/announce',
			state: 'failed',
			nextAnnounceSeconds: 190,
			failures: 4,
			message: 'HTTP 503 Service Unavailable',
		},
		{
			...none,
			tier: 2,
			url: 'udp://tracker.torrent.eu.org:451/announce',
			isActive: true,
			state: 'announcing',
			seeds: 980,
			leechers: 61,
			downloads: 35010,
		},
		{
			...none,
			tier: 3,
			url: 'https://tracker.example.net/announce?key=****',
			isActive: true,
			state: 'warning',
			nextAnnounceSeconds: 1502,
			lastAnswerSeconds: 298,
			message: 'client update advised',
			peers: 15,
			seeds: 12,
			leechers: 3,
			downloads: 77,
		},
	];
}

export function makePeers(): readonly PeerSnapshot[] {
	const base: PeerSnapshot = {
		endpoint: '203.0.113.17:51413',
		client: 'Transmission 4.1',
		isIncoming: false,
		amChoking: true,
		amInterested: true,
		peerChoking: false,
		peerInterested: false,
		isOptimistic: false,
		isSnubbed: false,
		isSeed: false,
		source: 'tracker',
		progress: 0.984,
		downloadRate: 1.83 * MIB,
		uploadRate: 0,
		downloadedBytes: 1.02 * GIB,
		uploadedBytes: 0,
		requestsOut: 12,
		requestsIn: 0,
	};
	return [
		base,
		{
			...base,
			endpoint: '[2001:db8:1f::2a]:6881',
			client: 'qBittorrent 5.1.2',
			progress: 1,
			isSeed: true,
			downloadRate: 2.2 * MIB,
			downloadedBytes: 2.05 * GIB,
			requestsOut: 16,
		},
		{
			...base,
			endpoint: '192.0.2.44:6889',
			client: 'Deluge 2.2',
			amChoking: false,
			peerInterested: true,
			isOptimistic: true,
			progress: 0.77,
			downloadRate: 791 * 1024,
			uploadRate: 107 * 1024,
			downloadedBytes: 401 * MIB,
			uploadedBytes: 83.9 * MIB,
			requestsOut: 8,
			requestsIn: 2,
		},
		{
			...base,
			endpoint: '198.51.100.200:40112',
			client: 'libtorrent 2.0.11',
			isIncoming: true,
			amChoking: false,
			peerChoking: true,
			peerInterested: true,
			source: 'incoming',
			progress: 0.412,
			downloadRate: 0,
			uploadRate: 303 * 1024,
			downloadedBytes: 0,
			uploadedBytes: 687 * MIB,
			requestsOut: 0,
			requestsIn: 5,
		},
		{
			...base,
			endpoint: '203.0.113.98:6881',
			client: 'µTorrent 3.6',
			peerChoking: true,
			isSnubbed: true,
			source: 'option',
			progress: 0.5,
			downloadRate: 0,
			downloadedBytes: 1.34 * MIB,
			requestsOut: 3,
		},
	];
}

export function makeDetail(infohash: Infohash): TorrentDetail {
	return {
		infohash,
		trackers: makeTrackers(),
		peers: makePeers(),
		files: [
			{
				path: 'Sintel/Sintel.2160p.mkv',
				lengthBytes: 4.75 * GIB,
				doneBytes: 2.85 * GIB,
				priority: 'normal',
			},
			{ path: 'Sintel/Sintel.en.srt', lengthBytes: 61_030, doneBytes: 61_030, priority: 'high' },
			{
				path: 'Sintel/extras/making-of.mkv',
				lengthBytes: 219 * MIB,
				doneBytes: 198 * MIB,
				priority: 'low',
			},
			{ path: 'Sintel/extras/poster.png', lengthBytes: 9.54 * MIB, doneBytes: 0, priority: 'off' },
			{ path: 'Sintel/empty', lengthBytes: 0, doneBytes: 0, priority: 'normal' },
		],
		pieceCount: 1204,
		pieceLengthBytes: 4 * MIB,
		havePieces: 543,
		comment: 'Debian CD from cdimage.debian.org',
	};
}
