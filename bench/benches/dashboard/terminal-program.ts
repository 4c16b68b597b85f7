/** The program in a pseudo-terminal, which `script` of util-linux makes: what it writes, and keys for it. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { programPath } from '../../machine/project-folders.js';
import { MeasuredProcess } from '../../processes/measured-process.js';
import { readUsage } from '../../processes/process-usage.js';
import type { Peer } from '../../rounds/bench-plan.js';

export const COLUMNS = 120;
export const ROWS = 40;

const QUIT_LIMIT_MS = 30_000;
/** Enough for a whole frame and the next. */
const KEPT_CHARACTERS = 64 * 1024;

export const scriptPeer: Peer = {
	name: 'script',
	missing: () => Promise.resolve(scriptVersion() === '' ? 'script is not installed' : undefined),
	version: () => Promise.resolve(scriptVersion()),
};

export class TerminalProgram {
	readonly process: MeasuredProcess;
	/** Bytes the terminal was sent since the start. */
	writtenBytes = 0;
	#recent = '';
	readonly #listeners = new Set<() => void>();

	/**
	 * @param args - of the program; no `'` in them
	 * @param shell - what runs in the terminal instead of the program
	 */
	constructor(args: readonly string[], home: string, shell?: string) {
		const command = [process.execPath, programPath(), ...args].map((word) => `'${word}'`);
		const line = shell ?? `stty cols ${COLUMNS} rows ${ROWS}; exec ${command.join(' ')}`;
		this.process = new MeasuredProcess('script', ['-qfec', line, '/dev/null'], {
			home,
			logPath: path.join(home, 'terminal.log'),
			stdin: 'pipe',
			env: { TERM: 'xterm-256color', CI: 'false' },
			onData: (chunk) => {
				this.writtenBytes += chunk.byteLength;
				this.#recent = (this.#recent + chunk.toString('latin1')).slice(-KEPT_CHARACTERS);
				for (const listener of this.#listeners) listener();
			},
		});
	}

	/** The program's own process id, below the shell that `script` started. */
	get pid(): number {
		let pid = this.process.pid;
		for (;;) {
			const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
			// The program's workers are threads: it has no processes below it.
			if (child === undefined || child === '') return pid;
			pid = Number(child);
		}
	}

	/** Presses a key and waits for what it brings to the screen. @returns milliseconds */
	async press(key: string, shown: RegExp, limitMs: number): Promise<number> {
		this.forget();
		const startedAtMs = performance.now();
		this.process.write(key);
		await this.sees(shown, limitMs);
		return performance.now() - startedAtMs;
	}

	/** What was written until now is not looked at any more. */
	forget(): void {
		this.#recent = '';
	}

	/** Resolves with the match once what was written since the last key has it. */
	sees(shown: RegExp, limitMs: number): Promise<RegExpExecArray> {
		let check = nothing;
		const seen = new Promise<RegExpExecArray>((resolve) => {
			check = () => {
				const match = shown.exec(this.#recent);
				if (match !== null) resolve(match);
			};
			this.#listeners.add(check);
			check();
		});
		const what = `${String(shown)} on the screen`;
		return this.process.expect(what, seen, limitMs).finally(() => this.#listeners.delete(check));
	}

	/** Leaves the dashboard with ^C, which quits from every page. What does not end is ended by the bench. */
	async quit(): Promise<void> {
		const ended = this.process.exited.then(() => true);
		const late = sleep(QUIT_LIMIT_MS, false, { ref: false });
		this.process.write('\u0003');
		if (!(await Promise.race([ended, late]))) throw new Error('The dashboard does not end');
	}
}

/**
 * A terminal in which keys only come back: what a key press costs with nobody to think about it, on
 * this machine at this moment, this process's own delay included.
 */
export function startEcho(home: string): TerminalProgram {
	return new TerminalProgram([], home, 'stty raw -echo; exec cat');
}

/** Stands in until there is something to do. */
function nothing(): void {}

/** CPU seconds of a process and, apart from it, of its main thread, where the screen is drawn. */
export function readThreadCpu(pid: number): { readonly all: number; readonly main: number } {
	// Nanoseconds on a processor are the first field. Threads that ended are only in the whole.
	const [main] = readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ');
	return { all: readUsage(pid).cpuSeconds, main: Number(main) / 1e9 };
}

function scriptVersion(): string {
	const version = spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.trim() ?? '';
	return version.includes('util-linux') ? version : '';
}
