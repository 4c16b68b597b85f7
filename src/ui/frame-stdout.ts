/** The stream Ink believes to be the terminal: its whole frames are shown another way. */
import type { Size } from './layout.js';

/**
 * Wraps the terminal: `show` gets frames, `columns` and `rows` are the size in use (debounced by
 * the caller), and Ink's resize listeners are kept away because sizes come with the frames.
 */
export function makeFrameStdout(
	terminal: NodeJS.WriteStream,
	show: (text: string) => void,
	size: () => Size,
): NodeJS.WriteStream {
	const write = (chunk: unknown, ...rest: readonly unknown[]): boolean => {
		const text = typeof chunk === 'string' ? chunk : '';
		if (isFrame(text)) show(text);
		const callback = rest.at(-1);
		if (typeof callback === 'function') queueMicrotask(() => callback());
		return true;
	};
	return new Proxy(terminal, {
		get(target, property, receiver): unknown {
			switch (property) {
				case 'write':
					return write;
				case 'columns':
					return size().columns;
				case 'rows':
					return size().rows;
				case 'on':
				case 'off':
				case 'once':
				case 'addListener':
				case 'removeListener':
					return () => receiver;
				default:
					return Reflect.get(target, property, target);
			}
		},
	});
}

/** Ink also shows and hides the cursor by itself: that is the terminal guard's work here. */
function isFrame(text: string): boolean {
	return text.includes('\n') || (text !== '' && !text.startsWith('\x1b[?'));
}
