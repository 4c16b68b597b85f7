/** "Did you mean": the candidate nearest to what was typed. */

/** At most this share of the word may differ. */
const MAX_DIFFERENCE = 0.4;
/** Nobody types options longer than this; comparing them would only cost time. */
const MAX_LENGTH = 64;

/** The candidate with the fewest edits from `word`; undefined when none is near. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
	if (word.length > MAX_LENGTH) return undefined;
	let best: string | undefined;
	let fewest = Number.POSITIVE_INFINITY;
	for (const candidate of candidates) {
		const edits = editDistance(word, candidate);
		const isNear = edits <= Math.max(word.length, candidate.length) * MAX_DIFFERENCE;
		if (isNear && edits < fewest) {
			best = candidate;
			fewest = edits;
		}
	}
	return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
	let beforeLast: number[] = [];
	let last = Array.from({ length: b.length + 1 }, (_unused, index) => index);
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const cost = a[i - 1] === b[j - 1] ? 0 : 1;
			let edits = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
			const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			if (isSwap) edits = Math.min(edits, (beforeLast[j - 2] ?? 0) + 1);
			row.push(edits);
		}
		beforeLast = last;
		last = row;
	}
	return last[b.length] ?? 0;
}
