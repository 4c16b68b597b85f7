/** The order in which a torrent's trackers are tried (BEP 12). Pure: lists in, lists out. */
import type { Random } from '../primitives/clock.js';

/** First tier first; within a tier the one to try first comes first. */
export type Tiers = readonly (readonly string[])[];

/** A torrent that lists more trackers than this wants us to knock on doors for it. */
const MAX_TRACKERS = 200;

/**
 * An edited list: trackers that stay in a tier keep their order in it, new ones follow, shuffled
 * among themselves.
 * @param current - as shuffled and promoted so far
 */
export function mergeTiers(current: Tiers, next: Tiers, random: Random): Tiers {
	// Most torrents have one tracker: thousands of them need no lists of their own.
	if (next.length === 1 && next[0]?.length === 1) return next;
	const places = new Map(current.flat().map((url, place) => [url, place]));
	return distinct(next).map((tier) => {
		const known = tier.filter((url) => places.has(url));
		known.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0));
		const added = tier.filter((url) => !places.has(url));
		return [...known, ...shuffled(added, random)];
	});
}

/**
 * The tiers with `url` first in its own tier; it never changes the tier. The same list when it is
 * first already.
 */
export function promote(tiers: Tiers, url: string): Tiers {
	if (tiers.some((tier) => tier[0] === url)) return tiers;
	return tiers.map((tier) =>
		tier.includes(url) && tier[0] !== url ? [url, ...tier.filter((other) => other !== url)] : tier,
	);
}

function distinct(tiers: Tiers): Tiers {
	const seen = new Set<string>();
	const result: string[][] = [];
	for (const tier of tiers) {
		const kept: string[] = [];
		for (const url of tier) {
			if (seen.has(url) || seen.size >= MAX_TRACKERS) continue;
			seen.add(url);
			kept.push(url);
		}
		if (kept.length > 0) result.push(kept);
	}
	return result;
}

/** Fisher-Yates. */
function shuffled(urls: readonly string[], random: Random): string[] {
	const result = [...urls];
	for (let last = result.length - 1; last > 0; last--) {
		const other = Math.floor(random() * (last + 1));
		const [a, b] = [result[last], result[other]];
		if (a === undefined || b === undefined) continue;
		result[last] = b;
		result[other] = a;
	}
	return result;
}
