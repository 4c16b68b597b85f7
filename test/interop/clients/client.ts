/** What the suite needs of any client, ours among them. */
import type { Payload } from '../payloads.js';
import type { Program } from '../program.js';

/** Where one started client lives. */
export interface Place {
	readonly address: string;
	/** The first of 20 ports of its own. */
	readonly port: number;
	/** Payloads are read from and written to here. */
	readonly folder: string;
	/** An empty folder for its settings and logs. */
	readonly home: string;
	readonly payloads: readonly Payload[];
	/** `address:port`: peers to dial without being told by a tracker; only btmany takes them. */
	readonly peers: readonly string[];
	/** Options of btmany's command line. */
	readonly options: readonly string[];
}

export interface RunningClient {
	readonly programs: readonly Program[];
	/** The one that has to do with that payload. */
	programOf(payload: Payload): Program;
	/** Where peers reach it for that payload. */
	portOf(payload: Payload): number;
	/** True when the client itself says that it has every piece. @throws when it cannot any more */
	isComplete(payload: Payload): boolean | Promise<boolean>;
}

export interface Client {
	readonly name: string;
	/** True for those that never create a file of length 0. */
	readonly skipsEmptyFiles?: boolean;
	/** True when it has to leave with 0 after SIGTERM. */
	readonly endsWhenAsked?: boolean;
	isInstalled(): boolean;
	/** Starts it with all payloads; what is already in the folder is checked and seeded. */
	start(place: Place): Promise<RunningClient>;
}

/** Ports of a client's 20 that are for control, not for peers. */
export const CONTROL_PORT_OFFSET = 19;
