/** opentracker: HTTP and UDP on one port with one table of swarms. */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Payload } from './payloads.js';
import { Program } from './program.js';
import { START_LIMIT_MS, TRACKER_ADDRESS, TRACKER_PORT } from './settings.js';
import { isListening } from './tcp-table.js';
import { orUndefined, waitUntil } from './wait.js';

export class Tracker {
	readonly program: Program;

	private constructor(program: Program) {
		this.program = program;
	}

	/** Starts an empty tracker that knows these payloads only. */
	static async start(workDir: string, payloads: readonly Payload[]): Promise<Tracker> {
		const folder = path.join(workDir, 'tracker');
		await mkdir(folder, { recursive: true });
		// Debian's opentracker serves white-listed infohashes alone, and gives up root for `nobody`.
		const infohashes = payloads.map((payload) => `${payload.infohash}\n`);
		await writeFile(path.join(folder, 'whitelist.txt'), infohashes.join(''));
		const config = [
			`listen.tcp ${TRACKER_ADDRESS}:${TRACKER_PORT}`,
			`listen.udp ${TRACKER_ADDRESS}:${TRACKER_PORT}`,
			'access.whitelist whitelist.txt',
			`tracker.rootdir ${folder}`,
			'tracker.user nobody',
		];
		const configPath = path.join(folder, 'opentracker.conf');
		await writeFile(configPath, `${config.join('\n')}\n`);
		const program = new Program('opentracker', ['-f', configPath], {
			logPath: path.join(workDir, 'tracker.log'),
			home: folder,
		});
		const isUp = await waitUntil(
			() => program.exitCode !== undefined || isListening(TRACKER_ADDRESS, TRACKER_PORT),
			START_LIMIT_MS,
		);
		if (!isUp || program.exitCode !== undefined) {
			throw new Error(`opentracker does not run\n${program.tail()}`);
		}
		return new Tracker(program);
	}

	/** How many announced the payload and did not say good-bye, complete or not. */
	async countPeers(payload: Payload): Promise<number> {
		const escaped = payload.infohash.replace(/../g, '%$&');
		const url = `http://${TRACKER_ADDRESS}:${TRACKER_PORT}/scrape?info_hash=${escaped}`;
		const answer = await orUndefined(fetch(url).then((response) => response.arrayBuffer()));
		const text = Buffer.from(answer ?? new ArrayBuffer(0)).toString('latin1');
		return [/8:completei(\d+)e/, /10:incompletei(\d+)e/]
			.map((pattern) => Number(pattern.exec(text)?.[1] ?? 0))
			.reduce((sum, count) => sum + count, 0);
	}
}
