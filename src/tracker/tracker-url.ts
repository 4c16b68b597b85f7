/** Which tracker URLs we ask, and where a tracker answers scrapes (BEP 48). */

export type TrackerProtocol = 'http' | 'udp';

const MAX_URL_LENGTH = 2048;

/**
 * Why a tracker URL will never be asked; undefined for one that will.
 * A URL that brings its own `info_hash` would make us announce something else's torrent.
 */
export function unsupportedReason(url: string): string | undefined {
	if (url.length > MAX_URL_LENGTH) return `URL is longer than ${MAX_URL_LENGTH} characters`;
	if (!URL.canParse(url)) return 'URL cannot be read';
	const parsed = new URL(url);
	if (!['http:', 'https:', 'udp:'].includes(parsed.protocol)) {
		return `Scheme ${parsed.protocol.slice(0, -1).slice(0, 20)} is not supported`;
	}
	if (parsed.hostname === '') return 'URL has no host';
	if (parsed.protocol === 'udp:' && parsed.port === '') return 'UDP tracker has no port';
	if (/[?&]info_hash=/i.test(parsed.search)) return 'URL already has an info_hash';
	return undefined;
}

/** `http` covers https. The URL must have passed `unsupportedReason`. */
export function trackerProtocol(url: URL): TrackerProtocol {
	return url.protocol === 'udp:' ? 'udp' : 'http';
}

/**
 * True when the last element of the path starts with `announce` or `scrape`.
 * Only such a request goes to this machine itself: a torrent must not press buttons of local services.
 */
export function looksLikeTracker(url: URL): boolean {
	return /\/(?:announce|scrape)[^/]*$/i.test(url.pathname);
}

/**
 * The scrape URL of an HTTP tracker: the last element of the path with `announce` replaced.
 * Undefined when it does not start with `announce`: such a tracker has no scrape.
 * @see BEP 48
 */
export function scrapeUrl(announceUrl: string): string | undefined {
	const url = new URL(announceUrl);
	if (!/\/announce[^/]*$/.test(url.pathname)) return undefined;
	url.pathname = url.pathname.replace(/\/announce([^/]*)$/, '/scrape$1');
	url.hash = '';
	return url.href;
}
