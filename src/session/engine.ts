/** Everything the torrents of one session share: disk, sockets, bandwidth, trackers, identity. */
import { readFileSync } from 'node:fs';
import { Dialer } from '../net/dialer.js';
import { HttpStreamer } from '../net/http-stream.js';
import { RateGate } from '../net/rate-gate.js';
import { Resolver } from '../net/resolver.js';
import { type Clock, type Random, systemClock, systemRandom } from '../primitives/clock.js';
import { makePeerId } from '../primitives/peer-id.js';
import { createDiskPool } from '../storage/disk-pool.js';
import type { DiskPool } from '../storage/storage.js';
import type { SharedEngine } from '../torrent/activity.js';
import { AnnounceLine } from '../tracker/announce-line.js';
import { DueTimes } from '../tracker/due-times.js';
import type { TrackerServices } from '../tracker/tracker-services.js';
import { TrackerTransports } from '../tracker/tracker-transports.js';
import type { SessionOptions } from './session-options.js';
import { Shares } from './shares.js';

export interface Engine extends SharedEngine {
	readonly pool: DiskPool;
	readonly trackers: TrackerServices;
	readonly shares: Shares;
	close(): Promise<void>;
}

export interface EngineHooks {
	port(): number | undefined;
	demandChanged(): void;
	relievePressure(): void;
}

export function createEngine(options: SessionOptions, hooks: EngineHooks): Engine {
	const clock: Clock = systemClock;
	const random: Random = systemRandom;
	const peerId = makePeerId(random);
	const clientName = `btmany ${programVersion()}`;
	const readGate = new RateGate(options.maxDownloadRateBytesPerSecond, clock);
	const shares = new Shares(options);
	const pool = createDiskPool({
		workers: options.diskThreads,
		ringBytes: options.writeBufferBytes,
		readCacheBytes: options.readCacheBytes,
		maxOpenFiles: options.maxOpenFiles,
	});
	const { bindAddress } = options;
	const userAgent = clientName.replace(' ', '/');
	const resolver = new Resolver({ clock });
	const transports = new TrackerTransports({ random, clock, userAgent, bindAddress, resolver });
	const streamer = new HttpStreamer({ resolver, userAgent, bindAddress });
	return {
		clock,
		random,
		dialer: new Dialer({ readGate, bindAddress: options.bindAddress }),
		readGate,
		writeGate: new RateGate(options.maxUploadRateBytesPerSecond, clock),
		ring: pool.ring,
		httpSeeds: options.usesHttpSeeds
			? { streamer, resolver, allowsLocal: options.allowsLocal }
			: undefined,
		peerId,
		clientName,
		optionPeers: options.peers,
		ownEndpoints: new Set(),
		pool,
		trackers: {
			peerId,
			transports,
			clock,
			random,
			ip: options.announceAddress,
			line: new AnnounceLine(),
			dueTimes: new DueTimes(clock),
			port: () => hooks.port(),
		},
		shares,
		port: () => hooks.port(),
		takeConnection: () => shares.takeConnection(),
		freeConnection: () => shares.freeConnection(),
		demandChanged: () => hooks.demandChanged(),
		relievePressure: () => hooks.relievePressure(),
		async close() {
			await Promise.all([transports.close(), streamer.close()]);
			await pool.close();
		},
	};
}

/** Of the package this file is in: two folders up in the sources, three in the built tree. */
function programVersion(): string {
	for (const up of ['../../package.json', '../../../package.json']) {
		try {
			const parsed: unknown = JSON.parse(readFileSync(new URL(up, import.meta.url), 'utf8'));
			const isPackage = typeof parsed === 'object' && parsed !== null && 'version' in parsed;
			if (isPackage && typeof parsed.version === 'string') return parsed.version;
		} catch {
			// Not there: look one folder higher.
		}
	}
	return '0';
}
