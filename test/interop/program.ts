/** Programs this suite starts, and the certainty that they end with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { LOG_LINE_CHARACTERS, LOG_TAIL_LINES } from './settings.js';

/** btmany waits up to five seconds for trackers when it says good-bye. */
const STOP_GRACE_MS = 8000;

/** Started and not yet ended. */
const running = new Set<Program>();

export interface ProgramOptions {
	readonly logPath: string;
	/** A home of its own: no program reads the user's settings. */
	readonly home: string;
}

export class Program {
	readonly name: string;
	/** The exit code; 128 and more after a signal, 127 when it could not be started. */
	readonly exited: Promise<number>;
	exitCode: number | undefined;
	readonly #child: ChildProcess;
	readonly #logPath: string;

	constructor(command: string, args: readonly string[], { logPath, home }: ProgramOptions) {
		this.name = command;
		this.#logPath = logPath;
		const log = openSync(logPath, 'a');
		this.#child = spawn(command, args, {
			cwd: home,
			// A variable meant for this suite would be an unknown option to the program under test.
			env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: home, TMPDIR: home },
			stdio: ['ignore', log, log],
		});
		closeSync(log);
		running.add(this);
		this.exited = new Promise((resolve) => {
			const end = (code: number): void => {
				running.delete(this);
				this.exitCode = code;
				resolve(code);
			};
			this.#child.on('error', () => end(127));
			this.#child.on('exit', (code) => end(code ?? 128));
		});
	}

	/** Asks it to end, then makes it. */
	async stop(): Promise<void> {
		if (this.exitCode !== undefined) return;
		this.#child.kill('SIGTERM');
		const kill = setTimeout(() => this.#child.kill('SIGKILL'), STOP_GRACE_MS);
		await this.exited;
		clearTimeout(kill);
	}

	signal(signal: NodeJS.Signals): void {
		this.#child.kill(signal);
	}

	/** All it wrote. */
	output(): string {
		return readFileSync(this.#logPath, 'utf8');
	}

	/** The last lines it wrote, with its name above. */
	tail(): string {
		const lines = this.output()
			.trimEnd()
			.split('\n')
			.slice(-LOG_TAIL_LINES)
			.map((line) => line.slice(0, LOG_LINE_CHARACTERS));
		const state = this.exitCode === undefined ? 'running' : `ended with ${this.exitCode}`;
		return [`--- ${this.name} (${state}) ${this.#logPath}`, ...lines].join('\n');
	}
}

/** Ends all that still runs, except the one named. */
export async function stopAllPrograms(except?: Program): Promise<void> {
	const ending = [...running].filter((program) => program !== except);
	await Promise.all(ending.map((program) => program.stop()));
}

/** For the last moment, when nothing can be awaited any more. */
export function killAllPrograms(): void {
	for (const program of running) program.signal('SIGKILL');
}
