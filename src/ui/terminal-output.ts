/**
 * Writing to the terminal without stopping the program: terminal writes block while nobody reads
 * (a stalled ssh, ^S), so frames are written by the thread pool, and only the few bytes that
 * give the terminal back are written in place.
 */
import { write, writeSync } from 'node:fs';
import { errorCode } from '../primitives/app-error.js';
import type { FrameSink } from './frame-writer.js';

const RETRY_MS = 10;
/** How long the terminal may refuse the restoring bytes: half a second in all. */
const MAX_RETRIES = 50;

/** @param onGone - the terminal no longer takes anything; called once per failed write */
export function makeSink(stream: NodeJS.WriteStream, onGone: () => void): FrameSink {
	const fd = descriptorOf(stream);
	if (fd === undefined)
		return (bytes, done) => {
			stream.write(bytes, () => done());
		};
	return (bytes, done) => {
		const writeFrom = (offset: number): void => {
			write(fd, bytes, offset, bytes.byteLength - offset, null, (error, written) => {
				if (error !== null && errorCode(error) === 'EAGAIN') {
					setTimeout(() => writeFrom(offset), RETRY_MS);
				} else if (error !== null) {
					onGone();
					done();
				} else if (offset + written < bytes.byteLength) {
					writeFrom(offset + written);
				} else {
					done();
				}
			});
		};
		writeFrom(0);
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

function descriptorOf(stream: NodeJS.WriteStream): number | undefined {
	return 'fd' in stream && typeof stream.fd === 'number' ? stream.fd : undefined;
}
