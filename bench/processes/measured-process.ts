/** Processes a bench starts, what they cost, and the certainty that they end with it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { makeGate } from './gate.js';
import { type ProcessUsage, readUsage } from './process-usage.js';

/** Between asking a process to end and making it. */
const STOP_GRACE_MS = 5000;
const LOG_TAIL_LINES = 20;
const LOG_LINE_CHARACTERS = 300;
/** Of standard output kept when it is read line by line. */
const MAX_KEPT_LINES = 200;

/** Started and not yet ended. */
const running = new Set<MeasuredProcess>();

export interface ProcessOptions {
	/** Working folder, `HOME`, `TMPDIR` and XDG folders of the process: no program reads the user's settings. */
	readonly home: string;
	/** Standard error goes here, and standard output too unless it is read. */
	readonly logPath: string;
	/** Called with each line of standard output, without its end. */
	readonly onLine?: (line: string) => void;
	/** Called with standard output as it comes; instead of `onLine`. */
	readonly onData?: (chunk: Buffer) => void;
	/** `pipe`: text can be sent with `write`. */
	readonly stdin?: 'pipe' | 'ignore';
	readonly env?: Readonly<Record<string, string>>;
}

export class MeasuredProcess {
	readonly name: string;
	readonly pid: number;
	/** `performance.now()` right before it was started. */
	readonly startedAtMs: number;
	/** The exit code; 128 and more after a signal, 127 when it could not be started. */
	readonly exited: Promise<number>;
	/** When it has ended and all its output was read. */
	readonly closed: Promise<void>;
	exitCode: number | undefined;
	readonly #child: ChildProcess;
	readonly #logPath: string;
	readonly #lines: string[] = [];

	constructor(command: string, args: readonly string[], options: ProcessOptions) {
		const { home, logPath, onLine, onData, stdin = 'ignore', env = {} } = options;
		this.name = command;
		this.#logPath = logPath;
		const log = openSync(logPath, 'a');
		this.startedAtMs = performance.now();
		this.#child = spawn(command, args, {
			cwd: home,
			env: {
				PATH: process.env['PATH'],
				LC_ALL: 'C.UTF-8',
				HOME: home,
				TMPDIR: home,
				XDG_STATE_HOME: home,
				XDG_CONFIG_HOME: home,
				...env,
			},
			stdio: [stdin, onLine === undefined && onData === undefined ? log : 'pipe', log],
			// A group of its own: ^C goes to the bench alone, and the whole group can be ended.
			detached: true,
		});
		closeSync(log);
		this.pid = this.#child.pid ?? 0;
		running.add(this);
		const closed = makeGate();
		this.closed = closed.opened;
		this.exited = new Promise((resolve) => {
			const end = (code: number): void => {
				if (this.exitCode === undefined) this.#killGroup();
				running.delete(this);
				this.exitCode ??= code;
				resolve(this.exitCode);
			};
			this.#child.on('error', () => {
				end(127);
				closed.open();
			});
			this.#child.on('close', closed.open);
			this.#child.on('exit', (code) => end(code ?? 128));
		});
		this.#child.stdin?.on('error', () => {
			// The process ended without reading; its exit code tells more.
		});
		if (onData !== undefined) this.#child.stdout?.on('data', onData);
		if (onLine !== undefined && this.#child.stdout !== null) {
			createInterface({ input: this.#child.stdout }).on('line', (line) => {
				if (this.#lines.push(line) > MAX_KEPT_LINES) this.#lines.shift();
				onLine(line);
			});
		}
	}

	/** What it has used until now. @throws when it is gone */
	usage(): ProcessUsage {
		return readUsage(this.pid);
	}

	/** Writes to its standard input. */
	write(text: string): void {
		this.#child.stdin?.write(text);
	}

	/** Waits, but not after the process has ended or the limit has passed. @throws Error with its last lines */
	async expect<T>(what: string, promise: Promise<T>, limitMs: number): Promise<T> {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<never>((_, reject) => {
			timer = setTimeout(() => reject(this.#error(`${what}: not within ${limitMs} ms`)), limitMs);
		});
		const ended = this.closed.then(() => {
			throw this.#error(`${what}: it ended first`);
		});
		try {
			return await Promise.race([promise, late, ended]);
		} finally {
			clearTimeout(timer);
			ended.catch(() => undefined);
		}
	}

	/** Reads what it used and ends it. @throws when it is gone already */
	async measureAndStop(): Promise<ProcessUsage> {
		const usage = this.usage();
		await this.stop();
		return usage;
	}

	/** Asks it to end, then makes it. */
	async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
		if (this.exitCode !== undefined) return;
		this.#child.kill(signal);
		const kill = setTimeout(() => this.kill(), STOP_GRACE_MS);
		await this.exited;
		clearTimeout(kill);
	}

	/** Ends it and what it started, at once. */
	kill(): void {
		if (this.exitCode === undefined) this.#killGroup();
	}

	/** Also what outlives its leader. */
	#killGroup(): void {
		if (this.pid === 0) return;
		try {
			process.kill(-this.pid, 'SIGKILL');
		} catch {
			// The group is gone already.
		}
	}

	/** The last lines it wrote, with its name above. */
	tail(): string {
		const log = readFileSync(this.#logPath, 'utf8').trimEnd();
		const lines = [...log.split('\n').slice(-LOG_TAIL_LINES), ...this.#lines.slice(-LOG_TAIL_LINES)]
			.filter((line) => line !== '')
			.map((line) => `    ${line.slice(0, LOG_LINE_CHARACTERS)}`);
		const state = this.exitCode === undefined ? 'running' : `ended with ${this.exitCode}`;
		return [`--- ${this.name} (${state})`, ...lines].join('\n');
	}

	#error(message: string): Error {
		return new Error(`${this.name}: ${message}\n${this.tail()}`);
	}
}

/** Ends all that still runs. */
export async function stopAllProcesses(): Promise<void> {
	await Promise.all([...running].map((one) => one.stop()));
}

/** For the last moment, when nothing can be awaited any more. */
export function killAllProcesses(): void {
	for (const one of running) one.kill();
}
