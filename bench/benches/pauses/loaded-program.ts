/** The program on a watched folder, with its defaults, telling every second how its event loop does. */
import { renameSync } from 'node:fs';
import path from 'node:path';
import { programPath } from '../../machine/project-folders.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';
import { LagLines } from './lag-lines.js';

interface Wait {
	readonly type: string;
	readonly count: number;
	readonly open: () => void;
}

export class LoadedProgram {
	readonly process: MeasuredProcess;
	readonly lags: LagLines = new LagLines();
	readonly #watched: string;
	readonly #counts = new Map<string, number>();
	#waits: Wait[] = [];

	/** @param watched - folder of `.torrent` files, their data beside them */
	constructor(watched: string, home: string, place: { address: string; port: number }) {
		this.#watched = watched;
		this.process = new MeasuredProcess(
			process.execPath,
			[
				programPath(),
				'--headless',
				'--json',
				'--summary-interval=1s',
				`--bind=${place.address}`,
				`--port=${place.port}`,
				`--state-dir=${path.join(home, 'state')}`,
				watched,
			],
			{ home, logPath: path.join(home, 'btmany.log'), onLine: (line) => this.#line(line) },
		);
	}

	/** Resolves when it told so many events of a type since its start. */
	async told(type: string, count: number, limitMs: number): Promise<void> {
		const { opened, open } = makeGate();
		this.#waits.push({ type, count, open });
		this.#look();
		await this.process.expect(`${count} times "${type}"`, opened, limitMs);
	}

	/** Puts a finished `.torrent` file into the watched folder. */
	add(torrentPath: string): void {
		renameSync(torrentPath, path.join(this.#watched, path.basename(torrentPath)));
	}

	/** The next line about its event loop. */
	nextLag(limitMs: number): Promise<void> {
		return this.told('stats', (this.#counts.get('stats') ?? 0) + 1, limitMs);
	}

	#line(line: string): void {
		const event = JSON.parse(line) as Record<string, unknown>;
		const type = String(event['type']);
		this.lags.take(event, performance.now());
		this.#counts.set(type, (this.#counts.get(type) ?? 0) + 1);
		this.#look();
	}

	#look(): void {
		this.#waits = this.#waits.filter(({ type, count, open }) => {
			if ((this.#counts.get(type) ?? 0) < count) return true;
			open();
			return false;
		});
	}
}
