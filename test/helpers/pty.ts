/**
 * A program in a pseudo-terminal: `script` (util-linux) makes the terminal, a headless emulator
 * shows what a person would see.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import headless, { type Terminal } from '@xterm/headless';

export interface PtyOptions {
	readonly columns: number;
	readonly rows: number;
	/** Program and its arguments; no shell quoting is done, so they must not need any. */
	readonly command: readonly string[];
	readonly env: Readonly<Record<string, string>>;
	/** The program writes its process id there. */
	readonly pidFile: string;
}

/** False where `script` of util-linux is missing. */
export function hasPty(): boolean {
	return (
		spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout?.includes('util-linux') ?? false
	);
}

export class Pty {
	readonly terminal: Terminal;
	/** Everything the program wrote. */
	output = '';
	readonly exited: Promise<number>;
	readonly #process: ChildProcess;
	readonly #pidFile: string;
	readonly #listeners = new Set<() => void>();

	constructor({ columns, rows, command, env, pidFile }: PtyOptions) {
		this.#pidFile = pidFile;
		this.terminal = new headless.Terminal({
			cols: columns,
			rows,
			allowProposedApi: true,
			scrollback: 0,
		});
		const line = `stty cols ${columns} rows ${rows}; exec ${command.join(' ')}`;
		this.#process = spawn('script', ['-qfec', line, '/dev/null'], {
			env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm-256color', LANG: 'C.UTF-8', ...env },
			stdio: ['pipe', 'pipe', 'inherit'],
		});
		this.#process.stdout?.setEncoding('utf8').on('data', (text: string) => {
			this.output += text;
			this.terminal.write(text, () => this.#changed());
		});
		this.exited = new Promise((resolve) => {
			this.#process.on('close', (code) => {
				this.#changed();
				// The emulator may still be working through what came last.
				this.terminal.write('', () => resolve(code ?? -1));
			});
		});
	}

	/** Presses keys: bytes as a terminal sends them. */
	type(text: string): void {
		this.#process.stdin?.write(text);
	}

	/** Sends a signal to the program itself. */
	signal(name: NodeJS.Signals): void {
		process.kill(Number(readFileSync(this.#pidFile, 'utf8')), name);
	}

	/** Changes the size, as a person drags a window. */
	resize(columns: number, rows: number): void {
		this.terminal.resize(columns, rows);
		const tty = readlinkSync(`/proc/${readFileSync(this.#pidFile, 'utf8')}/fd/0`);
		spawnSync('stty', ['-F', tty, 'cols', String(columns), 'rows', String(rows)]);
	}

	/** Stops and starts reading what the program writes. */
	setReading(isReading: boolean): void {
		if (isReading) this.#process.stdout?.resume();
		else this.#process.stdout?.pause();
	}

	/** What is on the screen now, a line each. */
	screen(): readonly string[] {
		const { active } = this.terminal.buffer;
		return Array.from(
			{ length: this.terminal.rows },
			(_, row) => active.getLine(active.viewportY + row)?.translateToString(true) ?? '',
		);
	}

	/** Resolves when the screen satisfies a test; rejects with the screen when it does not in time. */
	async waitFor(what: RegExp | (() => boolean), timeoutMs = 20_000): Promise<void> {
		const isThere =
			typeof what === 'function' ? what : (): boolean => what.test(this.screen().join('\n'));
		if (isThere()) return;
		await new Promise<void>((resolve, reject) => {
			const check = (): void => {
				if (!isThere()) return;
				clearTimeout(timer);
				this.#listeners.delete(check);
				resolve();
			};
			const timer = setTimeout(() => {
				this.#listeners.delete(check);
				reject(new Error(`not seen in time: ${String(what)}\n${this.screen().join('\n')}`));
			}, timeoutMs);
			this.#listeners.add(check);
		});
	}

	/** Ends the program if it still runs. */
	async close(): Promise<void> {
		if (this.#process.exitCode === null) this.#process.kill('SIGKILL');
		await this.exited;
		this.terminal.dispose();
	}

	#changed(): void {
		for (const listener of this.#listeners) listener();
	}
}
