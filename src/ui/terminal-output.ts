/**
 * Writing to the terminal without stopping the program: terminal writes block while nobody reads
 * (a stalled ssh, ^S). Frames go out at once where the terminal takes them at once; what it does
 * not take is written by the thread pool. Only the few bytes that give the terminal back are
 * written in place.
 */
import { closeSync, constants, openSync, write, writeSync } from 'node:fs';
import { errorCode } from '../primitives/app-error.js';
import type { FrameSink } from './frame-writer.js';

const RETRY_MS = 10;
/** How long the terminal may refuse the restoring bytes: half a second in all. */
const MAX_RETRIES = 50;

/** Where frames go, until it is closed. */
export interface TerminalOutput {
	readonly sink: FrameSink;
	close(): void;
}

/** @param onGone - the terminal no longer takes anything; called once per failed write */
export function openTerminalOutput(
	stream: NodeJS.WritableStream,
	onGone: () => void,
): TerminalOutput {
	const fd = descriptorOf(stream);
	if (fd === undefined)
		return {
			sink: (bytes, done) => {
				stream.write(bytes, () => done());
			},
			close: () => undefined,
		};
	const quickFd = openWithoutWaiting(fd);
	return {
		sink: (bytes, done) => {
			const written = quickFd === undefined ? 0 : writeWhatFits(quickFd, bytes);
			if (written === bytes.byteLength) done();
			else writeInPool(fd, bytes, written, onGone, done);
		},
		close: () => {
			if (quickFd !== undefined) closeSync(quickFd);
		},
	};
}

/** Writes now, also while the process exits; a terminal that is gone is no error. */
export function writeNow(stream: NodeJS.WriteStream, text: string): void {
	const fd = descriptorOf(stream);
	if (fd === undefined) {
		stream.write(text);
		return;
	}
	const bytes = Buffer.from(text);
	let offset = 0;
	for (let attempt = 0; offset < bytes.byteLength && attempt < MAX_RETRIES; attempt++) {
		try {
			offset += writeSync(fd, bytes, offset);
		} catch (error) {
			if (errorCode(error) !== 'EAGAIN') return; // Nobody is left to see it.
			Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
		}
	}
}

/**
 * The same terminal opened anew, so that writing never waits: on a busy machine the thread pool
 * gets its turn late. Switching the descriptor we were given would switch it for the shell too.
 * @returns undefined where that cannot be done: the pool writes everything then
 */
function openWithoutWaiting(fd: number): number | undefined {
	if (process.platform !== 'linux') return undefined;
	try {
		const { O_NOCTTY, O_NONBLOCK, O_WRONLY } = constants;
		return openSync(`/proc/self/fd/${fd}`, O_WRONLY | O_NONBLOCK | O_NOCTTY);
	} catch {
		// No /proc, or a terminal of another user.
		return undefined;
	}
}

/** @returns how many bytes the terminal took; why it took no more, the next write finds out */
function writeWhatFits(fd: number, bytes: Uint8Array): number {
	try {
		return writeSync(fd, bytes);
	} catch {
		return 0;
	}
}

function writeInPool(
	fd: number,
	bytes: Uint8Array,
	offset: number,
	onGone: () => void,
	done: () => void,
): void {
	write(fd, bytes, offset, bytes.byteLength - offset, null, (error, written) => {
		if (error !== null && errorCode(error) === 'EAGAIN') {
			setTimeout(() => writeInPool(fd, bytes, offset, onGone, done), RETRY_MS);
		} else if (error !== null) {
			onGone();
			done();
		} else if (offset + written < bytes.byteLength) {
			writeInPool(fd, bytes, offset + written, onGone, done);
		} else {
			done();
		}
	});
}

function descriptorOf(stream: NodeJS.WritableStream): number | undefined {
	return 'fd' in stream && typeof stream.fd === 'number' ? stream.fd : undefined;
}
