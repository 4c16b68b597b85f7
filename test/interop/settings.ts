/** Addresses and limits of the interop suite, in one place. */

/** The only tracker; also where unbound programs seem to come from. */
export const TRACKER_ADDRESS = '10.77.0.1';
export const TRACKER_PORT = 28069;

/** One address for each client: some tell peers apart by address alone. */
export const ADDRESSES = {
	aria2: '10.77.0.2',
	libtorrent: '10.77.0.3',
	transmission: '10.77.0.4',
	rtorrent: '10.77.0.5',
	qbittorrent: '10.77.0.6',
	btmany: '10.77.0.9',
	secondBtmany: '10.77.0.8',
} as const;

/** transmission unchokes in rounds of ten seconds, and may need three of them. */
export const TRANSFER_LIMIT_MS = 90_000;
/** Until a started client has checked its data and announced itself. */
export const START_LIMIT_MS = 45_000;
export const POLL_INTERVAL_MS = 100;
/** Lines of each log shown when a case fails. */
export const LOG_TAIL_LINES = 25;
export const LOG_LINE_CHARACTERS = 250;

/** A new range for every session: connections of an ended one stay visible for a minute. */
const PORTS_PER_CLIENT = 20;
let nextPort = 20_000;

/** The first of 20 ports nobody else in this suite uses; all below the system's ephemeral ports. */
export function takePorts(): number {
	const first = nextPort;
	nextPort += PORTS_PER_CLIENT;
	if (nextPort > 28_000) throw new Error('The suite has run out of ports');
	return first;
}

/** A variable `run.sh` sets. */
export function setting(name: string): string {
	const value = process.env[name];
	if (value === undefined || value === '') throw new Error(`${name} is not set: use run.sh`);
	return value;
}
