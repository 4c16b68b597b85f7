/** A tracker session on a virtual clock, with trackers that follow a script. */

import type { Endpoint } from '../../src/primitives/endpoint.js';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import type { AnnounceTotals } from '../../src/tracker/announce.js';
import { AnnounceLine } from '../../src/tracker/announce-line.js';
import { DueTimes } from '../../src/tracker/due-times.js';
import type { Tiers } from '../../src/tracker/tier.js';
import { TrackerSession } from '../../src/tracker/tracker-session.js';
import { ScriptedTransport } from './fake-tracker.js';
import { VirtualClock } from './virtual-clock.js';

export const A = 'http://a.example/announce';
export const B = 'http://b.example/announce';
export const C = 'http://c.example/announce';
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;

const INFOHASH: Infohash = parseInfohash('ab'.repeat(20))!;

export interface TrackerBench {
	readonly clock: VirtualClock;
	readonly transport: ScriptedTransport;
	readonly session: TrackerSession;
	/** Everything `onPeers` brought. */
	readonly peers: Endpoint[];
	readonly totals: { -readonly [Key in keyof AnnounceTotals]: number };
	/** What the session is told of our port. */
	port: number | undefined;
	/** Times of the announces in seconds since the start. */
	readonly seconds: () => number[];
}

/** Small steady pseudo-random numbers: the same run every time. */
export function seededRandom(seed: number): () => number {
	let state = seed >>> 0;
	return () => {
		state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
		return state / 2 ** 32;
	};
}

/** Several sessions may share a clock, a transport and the line of those who announce. */
export function makeTrackerBench(
	tiers: Tiers,
	random: () => number = seededRandom(1),
	clock: VirtualClock = new VirtualClock(0),
	transport: ScriptedTransport = new ScriptedTransport(() => clock.now()),
	line: AnnounceLine = new AnnounceLine(),
): TrackerBench {
	const peers: Endpoint[] = [];
	const totals = { uploadedBytes: 0, downloadedBytes: 0, leftBytes: 100 };
	const torrent = {
		infohash: INFOHASH,
		totals: () => totals,
		numWant: () => 50,
		onPeers: (found: readonly Endpoint[]) => void peers.push(...found),
		onChange: () => {},
		log: () => {},
	};
	const session = new TrackerSession(torrent, tiers, {
		peerId: new Uint8Array(20),
		transports: transport,
		clock,
		random,
		ip: undefined,
		line,
		dueTimes: new DueTimes(clock),
		port: () => bench.port,
	});
	const seconds = (): number[] => transport.log.map(({ atMs }) => Math.round(atMs / SECOND));
	const bench: TrackerBench = { clock, transport, session, peers, totals, port: 6881, seconds };
	return bench;
}
