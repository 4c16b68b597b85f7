/**
 * What a tracker's URL says, taken apart once for all torrents that name it: most of thousands have
 * the same tracker.
 */
import { redactUrl } from './redact-url.js';
import { type TrackerProtocol, trackerProtocol, unsupportedReason } from './tracker-url.js';

export interface TrackerAddress {
	readonly url: string;
	/** Why it is never asked; undefined when it is. */
	readonly unsupported: string | undefined;
	/** `http` covers https. */
	readonly protocol: TrackerProtocol;
	/** Host and port: those who wait for one tracker stand in one line. Empty when unsupported. */
	readonly host: string;
	/** Without secrets, for people. */
	readonly redacted: string;
	/** The same, host and port alone. */
	readonly shownHost: string;
}

/** Torrents with a URL of their own each cost the work again, not the memory. */
const MAX_REMEMBERED = 256;

const remembered = new Map<string, TrackerAddress>();

/** The same object for the same URL, as long as not too many others were asked for in between. */
export function trackerAddress(url: string): TrackerAddress {
	const known = remembered.get(url);
	if (known !== undefined) return known;
	const address = readAddress(url);
	remembered.set(url, address);
	if (remembered.size > MAX_REMEMBERED) {
		const [oldest] = remembered.keys();
		if (oldest !== undefined) remembered.delete(oldest);
	}
	return address;
}

function readAddress(url: string): TrackerAddress {
	const unsupported = unsupportedReason(url);
	const parsed = unsupported === undefined ? new URL(url) : undefined;
	const redacted = redactUrl(url);
	return {
		url,
		unsupported,
		protocol: parsed === undefined ? 'http' : trackerProtocol(parsed),
		host: parsed?.host ?? '',
		redacted,
		shownHost: /^[a-z]+:\/\/([^/?#]+)/i.exec(redacted)?.[1] ?? redacted,
	};
}
