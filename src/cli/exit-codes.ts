/** What the program tells the shell. */
export const EXIT_CODES = {
	/** All done, or left on request with nothing missing. */
	done: 0,
	/** Something failed and will not go on by itself. */
	failed: 1,
	/** The command line, environment or configuration file is wrong. */
	usage: 2,
	/** `get` ended before the download was complete. */
	incomplete: 3,
	/** Ended by a signal; 128 + SIGINT. */
	interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT_CODES)[keyof typeof EXIT_CODES];
