/** The one component tree: a frame in, a screen out. */
import { Box } from 'ink';
import { type ReactElement, useSyncExternalStore } from 'react';
import type { Frame } from '../frame-source.js';
import { Lines } from './lines.js';

export interface AppProps {
	readonly subscribe: (listener: () => void) => () => void;
	readonly getFrame: () => Frame;
}

export function App({ subscribe, getFrame }: AppProps): ReactElement {
	const frame = useSyncExternalStore(subscribe, getFrame);
	return (
		<Box flexDirection="column" width={1} height={frame.lines.length}>
			<Lines marks={frame.marks} />
		</Box>
	);
}
