/** A big payload, a tracker, and the other client of a load. */
import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Client, RunningClient } from '../../contenders/client.js';
import { OnePeerTracker } from '../../contenders/one-peer-tracker.js';
import { freePort } from '../../processes/free-port.js';
import { makeTransferPayload, type TransferPayload } from '../../transfers/transfer-payload.js';

const MIB = 2 ** 20;
const SEEDER = '127.0.0.2';
const LEECHER = '127.0.0.12';

/** A tracker and a payload for the rounds of one case. */
export class Load {
	readonly lengthBytes: number;
	#made: { readonly tracker: OnePeerTracker; readonly payload: TransferPayload } | undefined;

	constructor(mebibytes: number) {
		this.lengthBytes = mebibytes * MIB;
	}

	async prepare(folder: string): Promise<void> {
		const tracker = await OnePeerTracker.start();
		const { lengthBytes } = this;
		const plan = { name: 'big', lengthBytes, pieceLengthBytes: MIB, isSparse: true };
		this.#made = { tracker, payload: makeTransferPayload(folder, plan, tracker.announce) };
	}

	async cleanUp(): Promise<void> {
		await this.#made?.tracker.close();
	}

	get tracker(): OnePeerTracker {
		if (this.#made === undefined) throw new Error('The bench was not prepared');
		return this.#made.tracker;
	}

	get payload(): TransferPayload {
		if (this.#made === undefined) throw new Error('The bench was not prepared');
		return this.#made.payload;
	}

	/** In MB/s, when all of it went over in that time. */
	speed(overMs: number): number {
		return this.lengthBytes / 1000 / overMs;
	}

	/** A copy that may be moved into a watched folder. */
	torrentIn(folder: string): string {
		const copy = path.join(folder, 'big.torrent');
		copyFileSync(this.payload.torrent.torrentPath, copy);
		return copy;
	}

	/** Starts another client with the payload, or for it. */
	async start(client: Client, role: 'seeder' | 'leecher', folder: string): Promise<RunningClient> {
		const address = role === 'seeder' ? SEEDER : LEECHER;
		const home = path.join(folder, role);
		mkdirSync(path.join(home, 'files'), { recursive: true });
		const port = await freePort(address);
		const files = role === 'seeder' ? this.payload.folder : path.join(home, 'files');
		const { torrent } = this.payload;
		if (role === 'seeder') void this.tracker.expect({ address, port }, 1);
		return client.start({ role, address, port, folder: files, home, torrent });
	}
}
