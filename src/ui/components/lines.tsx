/** The lines of a frame as Ink sees them: one mark each, which it can lay out for next to nothing. */
import { Text } from 'ink';
import type { ReactElement } from 'react';

export interface LinesProps {
	/** One a line. There are few different texts: Ink remembers each for good. */
	readonly marks: string;
}

export function Lines({ marks }: LinesProps): ReactElement {
	return <Text>{marks}</Text>;
}
