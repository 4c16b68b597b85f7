/** Tracker URLs of a metainfo file in tiers (BEP 12), and of several files put together. */
import { type BencodeDict, type BencodeValue, isBencodeList } from '../bencode/bencode-value.js';
import { decodeText, findBytes, findList } from '../bencode/fields.js';

/** A torrent with more trackers is spam; the rest is left out. */
const MAX_TRACKERS = 1000;
const MAX_URL_CHARACTERS = 4096;

const TRACKER_SCHEME = /^(?:https?|udp):$/;

/**
 * The tiers of `announce-list`, or `announce` alone when that gives none. URLs are trimmed; those of
 * other schemes (`wss`, `dht`) and all but the first of the same URL are left out, and so are tiers
 * without any. A URL where a tier belongs is a tier of its own, as some programs write it.
 * @param root - the whole decoded file
 */
export function parseTiers(root: BencodeDict): string[][] {
	const tiers = addTiers([], (findList(root, 'announce-list') ?? []).map(tierTexts));
	if (tiers.length > 0) return tiers;
	const announce = findBytes(root, 'announce');
	return announce === undefined ? [] : addTiers([], [[decodeText(announce)]]);
}

/**
 * The tiers of `base`, then those of `extra` without the URLs that are known already: what a second
 * file of the same torrent adds. The caller makes sure that the torrent is not private (BEP 27).
 */
export function mergeTiers(
	base: readonly (readonly string[])[],
	extra: readonly (readonly string[])[],
): string[][] {
	return addTiers(base, extra);
}

/** The trimmed URL when it is one this program can announce to. */
export function trackerUrl(text: string): string | undefined {
	const url = text.trim();
	// The URL parser would drop line breaks silently, and no URL has spaces.
	if (url.length > MAX_URL_CHARACTERS || /[\s\p{Cc}]/u.test(url)) return undefined;
	if (!URL.canParse(url)) return undefined;
	const { protocol, hostname } = new URL(url);
	return TRACKER_SCHEME.test(protocol) && hostname !== '' ? url : undefined;
}

function addTiers(
	base: readonly (readonly string[])[],
	extra: readonly (readonly string[])[],
): string[][] {
	const tiers = base.map((tier) => [...tier]);
	const known = new Set(tiers.flat().map(sameUrlKey));
	for (const tier of extra) {
		const added: string[] = [];
		for (const text of tier) {
			if (known.size >= MAX_TRACKERS) break;
			const url = trackerUrl(text);
			if (url === undefined || known.has(sameUrlKey(url))) continue;
			known.add(sameUrlKey(url));
			added.push(url);
		}
		// Copies: a list that grew has room for more, and thousands of torrents keep theirs.
		if (added.length > 0) tiers.push([...added]);
	}
	return [...tiers];
}

/** Equal for spellings of one URL: letter case of the host, default port, missing slash. */
function sameUrlKey(url: string): string {
	return URL.canParse(url) ? new URL(url).href : url;
}

function tierTexts(tier: BencodeValue): string[] {
	if (tier instanceof Uint8Array) return [decodeText(tier)];
	if (!isBencodeList(tier)) return [];
	return tier.filter((url) => url instanceof Uint8Array).map(decodeText);
}
