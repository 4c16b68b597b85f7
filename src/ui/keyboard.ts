/** The terminal's keyboard as batches of key names. */
import { StringDecoder } from 'node:string_decoder';
import { KeyReader } from './key-reader.js';

export interface KeyboardEvents {
	onKeys(keys: readonly string[]): void;
	/** The terminal was closed. */
	onEnd(): void;
}

/** Starts to read keys; returns the way to stop. The caller switches raw mode. */
export function readKeyboard(stdin: NodeJS.ReadStream, events: KeyboardEvents): () => void {
	const reader = new KeyReader();
	const decoder = new StringDecoder('utf8');
	let timer: NodeJS.Timeout | undefined;
	const deliver = (keys: readonly string[]): void => {
		if (keys.length > 0) events.onKeys(keys);
	};
	const onData = (chunk: Buffer | string): void => {
		clearTimeout(timer);
		deliver(reader.feed(typeof chunk === 'string' ? chunk : decoder.write(chunk)));
		const { pendingMs } = reader;
		if (pendingMs !== undefined) timer = setTimeout(() => deliver(reader.flush()), pendingMs);
	};
	const onEnd = (): void => events.onEnd();
	stdin.on('data', onData);
	stdin.on('end', onEnd);
	// Reading from a terminal that went away fails with EIO.
	stdin.on('error', onEnd);
	stdin.resume();
	return () => {
		clearTimeout(timer);
		stdin.off('data', onData);
		stdin.off('end', onEnd);
		stdin.off('error', onEnd);
		stdin.pause();
	};
}
