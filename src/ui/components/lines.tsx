/** Finished lines on the screen: Ink lays out blank text once, the lines take its place. */
import { Transform } from 'ink';
import { type ReactElement, useMemo } from 'react';

export interface LinesProps {
	/** Each exactly `width` columns wide. */
	readonly lines: readonly string[];
	readonly width: number;
}

/** The text Ink measures never changes, so that it neither wraps nor caches what is shown. */
export function Lines({ lines, width }: LinesProps): ReactElement {
	const blank = useMemo(
		() => Array.from({ length: lines.length }, () => ' '.repeat(width)).join('\n'),
		[lines.length, width],
	);
	return <Transform transform={(_line, index) => lines[index] ?? ''}>{blank}</Transform>;
}
