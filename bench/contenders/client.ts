/** What a transfer needs of any client, ours among them. */
import type { BenchTorrent } from '../payloads/make-torrent.js';
import type { MeasuredProcess } from '../processes/measured-process.js';
import type { Peer } from '../rounds/bench-plan.js';

/** Where one started client lives. */
export interface ClientPlace {
	readonly role: 'seeder' | 'leecher';
	/** Of the loopback network. */
	readonly address: string;
	readonly port: number;
	/** The payload is read from and written to here. */
	readonly folder: string;
	/** An empty folder for its settings and logs. */
	readonly home: string;
	readonly torrent: BenchTorrent;
}

export interface RunningClient {
	readonly process: MeasuredProcess;
	/** A seeder has all pieces and listens; a leecher has written and verified the last piece. */
	readonly complete: Promise<void>;
	/** Only of those that can be told so: dials a peer. */
	connect?(address: string, port: number): void;
}

export interface Client {
	readonly name: string;
	/** All that must be installed. */
	readonly peers: readonly Peer[];
	/** For the result file. */
	readonly settings: Readonly<Record<string, string | number | boolean>>;
	/** True for one that dials no peer in 127.0.0.0/8: the seeder dials it. */
	readonly refusesLoopbackPeers?: boolean;
	start(place: ClientPlace): Promise<RunningClient>;
}
