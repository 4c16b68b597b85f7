/** What is wrong with an option, in one line that says where it came from. */

/** Longest quotation of what the user wrote. */
const MAX_QUOTED_LENGTH = 80;

export interface Mistake {
	/** `--port`, `BTMANY_PORT` or `config.toml:3`. */
	readonly origin: string;
	/** Sentence case, one line, no final full stop. */
	readonly message: string;
}

/** One line without a final line feed; not yet cleaned for a terminal. */
export function mistakeLine(mistake: Mistake): string {
	return `${mistake.origin}: ${mistake.message}`;
}

/** The words of a user in quotation marks, shortened. */
export function quoted(text: string): string {
	const isLong = text.length > MAX_QUOTED_LENGTH;
	return `"${isLong ? `${text.slice(0, MAX_QUOTED_LENGTH)}…` : text}"`;
}

/** `; did you mean X?`, or nothing without a suggestion. */
export function didYouMean(suggestion: string | undefined): string {
	return suggestion === undefined ? '' : `; did you mean ${suggestion}?`;
}
