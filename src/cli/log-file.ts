/** The log file: one timestamped line for each entry, appended as it happens. */
import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { AppError, errorMessage } from '../primitives/app-error.js';
import { cleanText } from '../primitives/clean-text.js';
import type { Clock } from '../primitives/clock.js';
import { LOG_LEVELS, type LogEntry, type Logger, type LogLevel } from '../primitives/logger.js';
import { timestamp } from './output/format.js';

export interface LogFile {
	readonly logger: Logger;
	close(): void;
}

/**
 * Opens a log file for appending; its folder is made when missing.
 * Entries above `level` are left out. A full disk loses lines, never the program.
 *
 * @throws {AppError} `LOG_FILE` when it cannot be opened
 */
export function openLogFile(filePath: string, level: LogLevel, clock: Clock): LogFile {
	let fd: number;
	try {
		mkdirSync(path.dirname(filePath), { recursive: true });
		fd = openSync(filePath, 'a', 0o644);
	} catch (error) {
		const message = `Cannot open log file ${filePath}: ${errorMessage(error)}`;
		throw new AppError('LOG_FILE', message, { cause: error });
	}
	const highest = LOG_LEVELS.indexOf(level);
	let isOpen = true;
	return {
		logger(entry) {
			if (!isOpen || LOG_LEVELS.indexOf(entry.level) > highest) return;
			try {
				writeSync(fd, `${logLine(entry, clock.wallMs())}\n`);
			} catch {
				// The disk is full or the volume is gone; there is no better place to say so.
			}
		},
		close() {
			if (isOpen) closeSync(fd);
			isOpen = false;
		},
	};
}

/** `2026-11-21T08:45:13Z warn tracker: message key=value`. */
export function logLine(entry: LogEntry, atMs: number): string {
	const fields = Object.entries(entry.fields ?? {}).map(([key, value]) => ` ${key}=${value}`);
	const text = `${entry.level} ${entry.area}: ${entry.message}${fields.join('')}`;
	return `${timestamp(atMs)} ${cleanText(text)}`;
}
