/** Tracker URLs with the secrets taken out, for every log, screen and snapshot. */

const MASK = '****';
const MAX_SHOWN = 300;
/** Parts of tracker paths that are words, not secrets. */
const PLAIN_PART = /^(?:announce|scrape|tracker|torrents?|bt|tr|api|v\d)(?:\.(?:php|aspx?|cgi))?$/i;

/**
 * The URL with user, password, every query value, the fragment and path parts that are not plain
 * words replaced by `****`. Host, port and the shape of the path stay. Text that is no URL becomes
 * a mask; control characters never come back.
 */
export function redactUrl(url: string): string {
	if (!URL.canParse(url)) return MASK;
	const parsed = new URL(url);
	const user = parsed.username === '' && parsed.password === '' ? '' : `${MASK}@`;
	const path = parsed.pathname
		.split('/')
		.map((part) => (part === '' || PLAIN_PART.test(part) ? part : MASK))
		.join('/');
	const keys = [...parsed.searchParams.keys()].slice(0, 10);
	const query = keys.map((key) => `${/^[a-z_]{1,12}$/i.test(key) ? key : MASK}=${MASK}`).join('&');
	const host = parsed.host === '' ? '' : `//${user}${parsed.host}`;
	const shown = `${parsed.protocol}${host}${path}${query === '' ? '' : `?${query}`}`;
	return shown.length > MAX_SHOWN ? `${shown.slice(0, MAX_SHOWN - 1)}…` : shown;
}

/** Host and port of a tracker, for lists. */
export function trackerHost(url: string): string {
	return URL.canParse(url) ? new URL(url).host.slice(0, MAX_SHOWN) : MASK;
}
