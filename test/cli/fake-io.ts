/** The edges of the process for tests: what was printed, and signals on demand. */
import type { CliIo, StopSignal, TextOutput } from '../../src/cli/io.js';

export interface FakeIo extends CliIo {
	/** Everything written so far. */
	out(): string;
	err(): string;
	/** Resolves when standard output contains the text. */
	printed(text: string): Promise<void>;
	signal(name: StopSignal): void;
	/** The reader of standard output goes away. */
	closeStdout(): void;
	readonly exits: number[];
}

export function fakeIo(currentDir: string, isInteractive = false): FakeIo {
	const stdout = fakeOutput();
	const stderr = fakeOutput();
	const listeners = new Map<StopSignal, Set<() => void>>();
	const exits: number[] = [];
	return {
		stdout,
		stderr,
		isInteractive,
		columns: () => 80,
		currentDir,
		homeDir: currentDir,
		exits,
		out: stdout.text,
		err: stderr.text,
		printed: stdout.printed,
		closeStdout: stdout.close,
		onSignal(name, listener) {
			const known = listeners.get(name) ?? new Set();
			listeners.set(name, known.add(listener));
			return () => known.delete(listener);
		},
		signal: (name) => {
			for (const listener of listeners.get(name) ?? []) listener();
		},
		exitNow: (code) => exits.push(code),
	};
}

function fakeOutput() {
	let written = '';
	const closed = new Set<() => void>();
	const waiting = new Set<() => void>();
	const output: TextOutput = {
		write(text) {
			written += text;
			for (const look of waiting) look();
		},
		onClosed(listener) {
			closed.add(listener);
			return () => closed.delete(listener);
		},
	};
	return {
		...output,
		text: () => written,
		close: () => {
			for (const listener of closed) listener();
		},
		printed: (text: string) =>
			new Promise<void>((resolve) => {
				const look = (): void => {
					if (!written.includes(text)) return;
					waiting.delete(look);
					resolve();
				};
				waiting.add(look);
				look();
			}),
	};
}
