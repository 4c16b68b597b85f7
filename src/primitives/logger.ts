/** Where the engine says what happened; the edges decide what becomes of it. */

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** `area` is the folder's noun (`watch`, `tracker`); fields are for `--json`. */
export interface LogEntry {
	readonly level: LogLevel;
	readonly area: string;
	readonly message: string;
	readonly fields?: Readonly<Record<string, string | number | boolean>>;
}

export type Logger = (entry: LogEntry) => void;

export const silentLogger: Logger = () => {};
