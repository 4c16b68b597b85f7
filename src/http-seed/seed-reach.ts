/** Which addresses HTTP seeds of a torrent may lead to. */

import type { HttpReach } from '../net/http-agents.js';
import type { Resolver } from '../net/resolver.js';
import { addressScope } from '../primitives/address-range.js';

/** A torrent may name a thousand; those that count come first. */
const MAX_TRACKERS = 20;

/**
 * Where a torrent's trackers are, its HTTP seeds may be: on this machine, in this network. Public
 * addresses are always allowed. A tracker whose name leads nowhere allows nothing.
 */
export async function reachBesideTrackers(
	tiers: readonly (readonly string[])[],
	resolver: Pick<Resolver, 'resolve'>,
): Promise<HttpReach> {
	const hosts = new Set<string>();
	for (const url of tiers.flat()) {
		if (hosts.size < MAX_TRACKERS && URL.canParse(url)) {
			hosts.add(new URL(url).hostname.replace(/^\[|\]$/g, ''));
		}
	}
	const answers = await Promise.allSettled([...hosts].map((host) => resolver.resolve(host)));
	const scopes = new Set(
		answers
			.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
			.map(addressScope),
	);
	if (scopes.has('loopback')) return scopes.has('private') ? 'anywhere' : 'not-private';
	return scopes.has('private') ? 'not-loopback' : 'public';
}
