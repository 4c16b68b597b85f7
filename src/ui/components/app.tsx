/** The one component tree: a frame in, a screen out. */
import { Text } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import type { Frame } from '../frame-source.js';

export interface AppProps {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getFrame: () => Frame;
}

/** Ink remembers each text for good: a mark is one of two. */
export function App({ subscribe, getFrame }: AppProps): ReactElement {
	const { mark } = useSyncExternalStore(subscribe, getFrame);
	return <Text>{mark}</Text>;
}
