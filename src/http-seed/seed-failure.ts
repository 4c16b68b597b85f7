/** How a request of an HTTP seed ends when it does not bring what was asked for. */
import type { HttpError } from '../net/http-error.js';

/** `reason` is one line for people, without the URL. */
export type SeedFailure =
	/** It sent something else than it was asked for, or cannot do what is needed: no more of it. */
	| { readonly type: 'refused'; readonly reason: string }
	/** It leads to an address it may not lead to. */
	| { readonly type: 'forbidden'; readonly reason: string }
	/** It has not got this file; `undefined`: it has not got this torrent. */
	| { readonly type: 'missing'; readonly fileIndex: number | undefined; readonly reason: string }
	/** To be asked again after a while; `waitMs` is its own wish. */
	| { readonly type: 'busy'; readonly waitMs: number | undefined; readonly reason: string }
	/** The network's or the server's trouble. */
	| { readonly type: 'broken'; readonly reason: string };

/** No server is waited for longer than this, whatever it says. */
const MAX_WAIT_MS = 3_600_000;

/** What a failed request means. */
export function failureOf(error: HttpError): SeedFailure {
	const { code, message } = error;
	if (code === 'HTTP_FORBIDDEN_ADDRESS')
		return { type: 'forbidden', reason: 'leads to an address of this machine or network' };
	if (code === 'HTTP_BAD_URL' || code === 'HTTP_TOO_MANY_REDIRECTS')
		return { type: 'refused', reason: message };
	return { type: 'broken', reason: message };
}

/** `Retry-After`, or the body of a BEP 17 answer: whole seconds; anything else says nothing. */
export function waitFromSeconds(text: string): number | undefined {
	const seconds = /^\s*(\d{1,9})\s*$/.exec(text)?.[1];
	return seconds === undefined ? undefined : Math.min(MAX_WAIT_MS, Number(seconds) * 1000);
}
