/** A stream as a text output: a reader that went away ends the program quietly, not with a stack. */
import type { TextOutput } from './io.js';

/** The part of a writable stream that is used. */
export interface WritableText {
	write(text: string): boolean;
	on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Wraps a stream such as `process.stdout`; call once for each stream. */
export function textOutput(stream: WritableText): TextOutput {
	const listeners = new Set<() => void>();
	let isClosed = false;
	// EPIPE, or a terminal that is gone: either way nothing can be told to anybody here.
	stream.on('error', () => {
		if (isClosed) return;
		isClosed = true;
		for (const listener of listeners) listener();
	});
	return {
		write(text) {
			if (!isClosed) stream.write(text);
		},
		onClosed(listener) {
			if (isClosed) queueMicrotask(listener);
			listeners.add(listener);
			return () => listeners.delete(listener);
		},
	};
}
