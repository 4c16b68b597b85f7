/** The real process as the commands see it. */
import os from 'node:os';
import { isatty } from 'node:tty';
import type { CliIo } from './io.js';
import { textOutput } from './text-output.js';

/** Call once: it takes over the errors of both output streams. */
export function processIo(process: NodeJS.Process): CliIo {
	return {
		stdout: textOutput(process.stdout),
		stderr: textOutput(process.stderr),
		isInteractive: isatty(0) && isatty(1),
		columns: () => process.stdout.columns ?? 80,
		currentDir: process.cwd(),
		homeDir: os.homedir(),
		onSignal(signal, listener) {
			process.on(signal, listener);
			return () => process.off(signal, listener);
		},
		exitNow: (code) => process.exit(code),
	};
}
