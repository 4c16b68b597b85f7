/** One announce or scrape over HTTP or HTTPS. */

import type { HttpReach } from '../net/http-agents.js';
import { HttpError } from '../net/http-error.js';
import type { HttpGetOptions, HttpGetter } from '../net/http-get.js';
import type { Infohash } from '../primitives/infohash.js';
import type { AnnounceRequest, AnnounceResponse, ScrapeResponse } from './announce.js';
import { announceUrl, parseAnnounceBody, parseScrapeBody, scrapeRequestUrl } from './http-codec.js';
import { TrackerError, type TrackerErrorCode } from './tracker-error.js';
import { looksLikeTracker, scrapeUrl } from './tracker-url.js';

/** For everything from the first connection to the last byte. */
const DEADLINE_MS = 30_000;

/** @throws {TrackerError} */
export async function httpAnnounce(
	getter: HttpGetter,
	url: string,
	request: AnnounceRequest,
	signal: AbortSignal,
): Promise<AnnounceResponse> {
	const deadlineMs = Math.min(DEADLINE_MS, request.patienceMs ?? DEADLINE_MS);
	const options = { signal, deadlineMs, reach: reachOf(url) };
	return parseAnnounceBody(await fetchBody(getter, announceUrl(url, request), options));
}

/** @throws {TrackerError} `TRACKER_UNSUPPORTED` when the tracker's URL has no scrape form (BEP 48) */
export async function httpScrape(
	getter: HttpGetter,
	url: string,
	infohash: Infohash,
	signal: AbortSignal,
): Promise<ScrapeResponse> {
	const base = scrapeUrl(url);
	if (base === undefined) throw new TrackerError('TRACKER_UNSUPPORTED', 'Tracker has no scrape');
	const options = { signal, deadlineMs: DEADLINE_MS, reach: reachOf(base) };
	const body = await fetchBody(getter, scrapeRequestUrl(base, infohash), options);
	return parseScrapeBody(body, infohash);
}

async function fetchBody(
	getter: HttpGetter,
	url: string,
	options: HttpGetOptions,
): Promise<Uint8Array> {
	let response: Awaited<ReturnType<HttpGetter['get']>>;
	try {
		response = await getter.get(url, options);
	} catch (error) {
		throw asTrackerError(error);
	}
	if (response.status === 200) return response.body;
	// Some trackers put their failure reason into the body of a 4xx.
	if (response.body[0] === 0x64) parseAnnounceBodyOrNothing(response.body);
	throw new TrackerError('TRACKER_HTTP_STATUS', `Tracker answered HTTP ${response.status}`);
}

/** @param url - what is added to its query changes nothing of it */
function reachOf(url: string): HttpReach {
	return looksLikeTracker(new URL(url)) ? 'anywhere' : 'not-loopback';
}

/** Lets a failure reason through and nothing else. */
function parseAnnounceBodyOrNothing(body: Uint8Array): void {
	try {
		parseAnnounceBody(body);
	} catch (error) {
		if (error instanceof TrackerError && error.code === 'TRACKER_REFUSED') throw error;
	}
}

function asTrackerError(error: unknown): unknown {
	if (!(error instanceof HttpError)) return error;
	return new TrackerError(trackerCode(error.code), error.message, { cause: error });
}

function trackerCode(code: string): TrackerErrorCode {
	switch (code) {
		case 'HTTP_ABORTED':
			return 'TRACKER_ABORTED';
		case 'HTTP_TIMEOUT':
			return 'TRACKER_TIMEOUT';
		case 'HTTP_BODY_TOO_LARGE':
		case 'HTTP_BAD_BODY':
		case 'HTTP_TOO_MANY_REDIRECTS':
			return 'TRACKER_BAD_ANSWER';
		default:
			return 'TRACKER_UNREACHABLE';
	}
}
