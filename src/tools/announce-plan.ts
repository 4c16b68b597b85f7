/** Trackers and seeds as the user writes them, checked and put in order (BEP 12, 17, 19). */
import { ToolsError } from './tools-error.js';

const TRACKER_SCHEMES = ['http:', 'https:', 'udp:'];
const SEED_SCHEMES = ['http:', 'https:'];
const MAX_URL_CHARACTERS = 2048;

/** What goes into the torrent. */
export interface AnnouncePlan {
	/** Undefined when there is no tracker. */
	readonly announce: string | undefined;
	readonly tiers: readonly (readonly string[])[];
	/** What the user should know, a sentence each. */
	readonly notes: readonly string[];
}

/**
 * Puts the main tracker first and the others into tiers.
 * @param announce - the main tracker; without it the first of the list
 * @param listText - `a,b|c`: tiers between bars, trackers of a tier between commas
 * @throws {ToolsError} `TOOLS_BAD_OPTION` that quotes the URL
 * @see BEP 12
 */
export function planAnnounce(
	announce: string | undefined,
	listText: string | undefined,
): AnnouncePlan {
	const tiers = (listText ?? '').split('|').map((tierText) => tierText.split(','));
	return planTiers(announce, tiers);
}

/**
 * The same for tiers that are apart already.
 * @throws {ToolsError} `TOOLS_BAD_OPTION` that quotes the URL
 */
export function planTiers(
	announce: string | undefined,
	tierTexts: readonly (readonly string[])[],
): AnnouncePlan {
	const main = announce === undefined ? undefined : checkedUrl(announce, TRACKER_SCHEMES);
	const known = new Set<string>();
	const tiers: string[][] = [];
	for (const texts of tierTexts) {
		const tier: string[] = [];
		for (const text of texts) {
			if (text.trim() === '') continue;
			const url = checkedUrl(text, TRACKER_SCHEMES);
			if (known.has(urlKey(url))) continue;
			known.add(urlKey(url));
			tier.push(url);
		}
		if (tier.length > 0) tiers.push(tier);
	}
	const ordered = main === undefined ? tiers : withMainFirst(tiers, main);
	const isShared = ordered.some((tier) => tier.length > 1);
	return {
		announce: ordered[0]?.[0],
		tiers: ordered,
		notes: isShared
			? [
					'Trackers joined by a comma are one tier and must share their peers; put a bar between those that do not',
				]
			: [],
	};
}

/** What is wrong with a tracker's URL, to be said behind it; undefined when it can be used. */
export function trackerProblem(text: string): string | undefined {
	return problemOf(text.trim(), TRACKER_SCHEMES);
}

/**
 * URLs of web seeds (BEP 19) or HTTP seeds (BEP 17), trimmed, each once, in the given order.
 * @param texts - one or several URLs each, with bars between them
 * @throws {ToolsError} `TOOLS_BAD_OPTION` that quotes the URL
 */
export function readSeedUrls(texts: readonly string[]): string[] {
	const urls = new Map<string, string>();
	for (const text of texts.flatMap((each) => each.split('|'))) {
		if (text.trim() === '') continue;
		const url = checkedUrl(text, SEED_SCHEMES);
		if (!urls.has(urlKey(url))) urls.set(urlKey(url), url);
	}
	return [...urls.values()];
}

function withMainFirst(tiers: readonly string[][], main: string): string[][] {
	const key = urlKey(main);
	const own = tiers.find((tier) => tier.some((url) => urlKey(url) === key)) ?? [];
	const first = [main, ...own.filter((url) => urlKey(url) !== key)];
	return [first, ...tiers.filter((tier) => tier !== own)];
}

function checkedUrl(text: string, schemes: readonly string[]): string {
	const url = text.trim();
	const problem = problemOf(url, schemes);
	if (problem === undefined) return url;
	throw new ToolsError('TOOLS_BAD_OPTION', undefined, `"${url.slice(0, 200)}" ${problem}`);
}

function problemOf(url: string, schemes: readonly string[]): string | undefined {
	if (url.length > MAX_URL_CHARACTERS) return `is longer than ${MAX_URL_CHARACTERS} characters`;
	// The URL parser would drop line breaks silently, and no URL has spaces.
	if (/[\s\p{Cc}]/u.test(url)) return 'has a blank or control character inside';
	const names = schemes.map((scheme) => scheme.slice(0, -1)).join(', ');
	if (!URL.canParse(url)) {
		const port = /^[a-z]+:\/\/[^/]*:(\d+)(?:\/|$)/i.exec(url)?.[1];
		return port === undefined ? `is no URL (${names})` : `has port ${port}, expected 1 to 65535`;
	}
	const { protocol, hostname, port } = new URL(url);
	if (!schemes.includes(protocol)) return `has another scheme than ${names}`;
	if (hostname === '') return 'has no host';
	if (port === '0') return 'has port 0, expected 1 to 65535';
	if (protocol === 'udp:' && port === '') return 'has no port; UDP trackers need one';
	return undefined;
}

/** Equal for spellings of one URL. */
function urlKey(url: string): string {
	return new URL(url).href;
}
