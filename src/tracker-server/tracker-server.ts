/** A small tracker to embed: HTTP and UDP over one swarm table. */
import type { Server } from 'node:http';
import { UdpSocket } from '../net/udp-socket.js';
import type { Clock, Random } from '../primitives/clock.js';
import { formatEndpoint } from '../primitives/endpoint.js';
import { createHttpEndpoint, type TrackerDesk } from './http-endpoint.js';
import { SwarmTable } from './swarm-table.js';
import { UdpEndpoint } from './udp-endpoint.js';

const DEFAULT_MAX_PEERS = 100_000;
const DEFAULT_MAX_TORRENTS = 20_000;
const MAX_NUM_WANT = 200;
const SWEEP_MS = 60_000;

export interface TrackerServerOptions {
	/** Numeric address. */
	readonly host: string;
	/** TCP; 0 for any. */
	readonly port: number;
	/** 0 or left out for any. */
	readonly udpPort?: number;
	/** Told to every asker; a peer that is silent for twice as long is gone. */
	readonly intervalSeconds: number;
	/** Told over HTTP when given. */
	readonly minIntervalSeconds?: number;
	readonly maxPeers?: number;
	readonly maxTorrents?: number;
	readonly clock: Clock;
	readonly random: Random;
}

export interface TrackerServerStats {
	readonly torrents: number;
	readonly peers: number;
	/** Since the start, over both transports. */
	readonly announces: number;
	readonly scrapes: number;
}

export interface TrackerServer {
	readonly announceUrl: string;
	readonly udpAnnounceUrl: string;
	stats(): TrackerServerStats;
	/** Ends all connections. */
	close(): Promise<void>;
}

/** @throws the system's error when a port cannot be had */
export async function startTrackerServer(options: TrackerServerOptions): Promise<TrackerServer> {
	const { host, clock, random, intervalSeconds } = options;
	const table = new SwarmTable(
		{
			maxPeers: options.maxPeers ?? DEFAULT_MAX_PEERS,
			maxTorrents: options.maxTorrents ?? DEFAULT_MAX_TORRENTS,
			maxNumWant: MAX_NUM_WANT,
			peerLifetimeMs: intervalSeconds * 2 * 1000,
		},
		random,
	);
	let announces = 0;
	let scrapes = 0;
	const desk: TrackerDesk = {
		intervalSeconds,
		minIntervalSeconds: options.minIntervalSeconds,
		announce(request) {
			announces++;
			return table.announce(request, clock.now());
		},
		scrape(infohash) {
			scrapes++;
			return table.scrape(infohash, clock.now());
		},
	};
	const http = createHttpEndpoint(desk);
	const port = await listen(http, host, options.port);
	const endpoint = new UdpEndpoint(desk, clock);
	let udp: UdpSocket;
	try {
		udp = await UdpSocket.open({
			family: host.includes(':') ? 6 : 4,
			bindAddress: host,
			port: options.udpPort ?? 0,
			onPacket(bytes, from) {
				const answer = endpoint.answer(bytes, from);
				if (answer !== undefined) udp.send(answer, from);
			},
		});
	} catch (error) {
		await closeServer(http);
		throw error;
	}
	const cancelSweep = clock.every(SWEEP_MS, () => table.expire(clock.now()));
	return {
		announceUrl: `http://${formatEndpoint({ address: host, port })}/announce`,
		udpAnnounceUrl: `udp://${formatEndpoint({ address: host, port: udp.local.port })}/announce`,
		stats: () => ({ torrents: table.torrentCount, peers: table.peerCount, announces, scrapes }),
		async close() {
			cancelSweep();
			await Promise.all([closeServer(http), udp.close()]);
		},
	};
}

/** @returns the port it got */
async function listen(server: Server, host: string, port: number): Promise<number> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, () => {
			server.off('error', reject);
			resolve();
		});
	});
	const address = server.address();
	return typeof address === 'object' && address !== null ? address.port : port;
}

async function closeServer(server: Server): Promise<void> {
	const closed = new Promise<void>((resolve) => {
		server.close(() => resolve());
	});
	server.closeAllConnections();
	await closed;
}
