/** The edges of the process as the commands see them; tests give their own. */

export const STOP_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
export type StopSignal = (typeof STOP_SIGNALS)[number];

/** Where text goes. A closed pipe is reported once to `onClosed` listeners and never throws. */
export interface TextOutput {
	write(text: string): void;
	/** Calls back when nobody reads any more; returns the way to stop. */
	onClosed(listener: () => void): () => void;
}

export interface CliIo {
	readonly stdout: TextOutput;
	readonly stderr: TextOutput;
	/** A person can see the screen and press keys. */
	readonly isInteractive: boolean;
	/** Width of the terminal that standard output is; 80 when it is none. */
	columns(): number;
	readonly currentDir: string;
	readonly homeDir: string;
	/** Calls back at each such signal; returns the way to stop. */
	onSignal(signal: StopSignal, listener: () => void): () => void;
	/** Leaves at once, without cleaning up. */
	exitNow(code: number): void;
}
