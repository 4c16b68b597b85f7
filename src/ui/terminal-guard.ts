/**
 * Takes the terminal and gives it back as it was, whatever ends the dashboard: a key, a signal,
 * an error nobody caught, or the process going away.
 */
import { constants } from 'node:os';
import { writeNow } from './terminal-output.js';

/** Alternate screen, no wrapping (a misjudged wide character stays in its row), no cursor, marked pastes. */
const ENTER = '\x1b[?1049h\x1b[?7l\x1b[?25l\x1b[?2004h\x1b[2J\x1b[H';
const LEAVE = '\x1b[?2026l\x1b[0m\x1b[?2004l\x1b[?7h\x1b[?25h\x1b[?1049l';

const ENDING_SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const;

/** A process group without a shell to continue it does not stop: we come back by ourselves. */
const NOT_STOPPED_MS = 250;

export interface GuardEvents {
	/** `exitCode` is 128 and the number of the signal. */
	onSignal(exitCode: number): void;
	/** An exception or rejection nobody caught. */
	onError(error: unknown): void;
	/** Before the terminal is given back to a shell. */
	onSuspend(): void;
	/** The terminal is ours again and empty. */
	onResume(): void;
}

export class TerminalGuard {
	readonly #stdin: NodeJS.ReadStream;
	readonly #stdout: NodeJS.WriteStream;
	readonly #events: GuardEvents;
	readonly #undo: (() => void)[] = [];
	#isEntered = false;
	#isSuspended = false;
	readonly #suspended = (): void => this.suspend();

	constructor(stdin: NodeJS.ReadStream, stdout: NodeJS.WriteStream, events: GuardEvents) {
		this.#stdin = stdin;
		this.#stdout = stdout;
		this.#events = events;
	}

	/** Takes the terminal and starts to watch for everything that may end us. */
	start(): void {
		for (const signal of ENDING_SIGNALS)
			this.#listen(signal, () => this.#events.onSignal(128 + constants.signals[signal]));
		const fail = (error: unknown): void => this.#events.onError(error);
		process.on('uncaughtException', fail);
		process.on('unhandledRejection', fail);
		const leave = (): void => this.leave();
		process.on('exit', leave);
		this.#undo.push(() => {
			process.off('uncaughtException', fail);
			process.off('unhandledRejection', fail);
			process.off('exit', leave);
		});
		if (process.platform !== 'win32') {
			process.on('SIGTSTP', this.#suspended);
			this.#undo.push(() => {
				process.off('SIGTSTP', this.#suspended);
			});
			this.#listen('SIGCONT', () => this.#resume());
		}
		this.#enter();
	}

	/** Gives the terminal back and stops watching. */
	stop(): void {
		this.leave();
		for (const undo of this.#undo.splice(0)) undo();
	}

	/** Gives the terminal back; safe to call at any time, also while the process exits. */
	leave(): void {
		if (!this.#isEntered) return;
		this.#isEntered = false;
		writeNow(this.#stdout, LEAVE);
		this.#setRaw(false);
	}

	/** `^Z`: gives the terminal back and stops the whole job, as a shell expects. */
	suspend(): void {
		if (process.platform === 'win32' || this.#isSuspended) return;
		this.#isSuspended = true;
		this.#events.onSuspend();
		this.leave();
		process.off('SIGTSTP', this.#suspended);
		// 0 is the group: the shell waits for all of it, npx and the like included.
		process.kill(0, 'SIGTSTP');
		const timer = setTimeout(() => {
			if (this.#isSuspended) this.#resume();
		}, NOT_STOPPED_MS);
		this.#undo.push(() => clearTimeout(timer));
	}

	/** Also when somebody else stopped us: the screen may have been used meanwhile. */
	#resume(): void {
		if (this.#isSuspended) process.on('SIGTSTP', this.#suspended);
		this.#isSuspended = false;
		this.#enter();
		this.#events.onResume();
	}

	#enter(): void {
		this.#isEntered = true;
		this.#setRaw(true);
		writeNow(this.#stdout, ENTER);
	}

	#setRaw(isRaw: boolean): void {
		try {
			if (this.#stdin.isTTY) this.#stdin.setRawMode(isRaw);
		} catch {
			// The terminal is gone; there is nothing to restore.
		}
	}

	#listen(signal: NodeJS.Signals, listener: () => void): void {
		process.on(signal, listener);
		this.#undo.push(() => {
			process.off(signal, listener);
		});
	}
}
