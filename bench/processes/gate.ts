/** A promise that something else opens. */
export interface Gate {
	readonly opened: Promise<void>;
	/** Again is nothing. */
	readonly open: () => void;
}

export function makeGate(): Gate {
	const opens: (() => void)[] = [];
	const opened = new Promise<void>((resolve) => opens.push(resolve));
	return { opened, open: () => opens[0]?.() };
}
