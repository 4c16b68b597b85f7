/** Shares a global number of connections or upload slots among the running torrents. */
import type { Infohash } from '../primitives/infohash.js';

/** What one torrent could use. */
export interface SlotClaim {
	readonly infohash: Infohash;
	/** The most it can use now, a whole number; it never gets more. */
	readonly wanted: number;
	/** What it gets before anybody gets more, while there is enough. */
	readonly minimum: number;
	/** Its part of what is left, against the others' weights; above 0. */
	readonly weight: number;
}

/** What decides a torrent's share. */
export interface SlotDemand {
	readonly infohash: Infohash;
	readonly isComplete: boolean;
	readonly connectedPeers: number;
	/** Addresses known but not connected. */
	readonly knownPeers: number;
	/** Connected peers that are interested in our pieces. */
	readonly interestedPeers: number;
	/** Payload in both directions. */
	readonly bytesPerSecond: number;
	/** Its own limit of connections; 0 means none. */
	readonly maxConnections: number;
}

/** Room left for incoming peers on top of those already known. */
const SPARE_CONNECTIONS = 8;
/** What every torrent gets first, so that a new one can begin. */
const MIN_CONNECTIONS = 4;
/** A torrent without demand keeps one slot free for the first peer that becomes interested. */
const MIN_UPLOAD_SLOTS = 1;
const SPARE_UPLOAD_SLOTS = 1;

/**
 * Connections for each torrent: all get a few, downloads more than seeds, moving ones more
 * than still ones, none more than it has peers to connect to (and some for those who call).
 * @param total - 0 means no global limit
 */
export function shareConnections(
	demands: readonly SlotDemand[],
	total: number,
): ReadonlyMap<Infohash, number> {
	return shareSlots(
		demands.map((demand) => {
			const wanted = demand.connectedPeers + demand.knownPeers + SPARE_CONNECTIONS;
			return {
				infohash: demand.infohash,
				wanted: demand.maxConnections > 0 ? Math.min(wanted, demand.maxConnections) : wanted,
				minimum: MIN_CONNECTIONS,
				weight: (demand.isComplete ? 1 : 2) + (demand.bytesPerSecond > 0 ? 1 : 0),
			};
		}),
		total,
	);
}

/**
 * Upload slots for each torrent, by how many peers want something and whether data moves.
 * With fewer slots than torrents, those that somebody wants data from come first.
 * @param total - 0 means no global limit
 */
export function shareUploadSlots(
	demands: readonly SlotDemand[],
	total: number,
): ReadonlyMap<Infohash, number> {
	const byDemand = [...demands].sort(
		(a, b) => Number(b.interestedPeers > 0) - Number(a.interestedPeers > 0),
	);
	return shareSlots(
		byDemand.map((demand) => ({
			infohash: demand.infohash,
			wanted: demand.interestedPeers + SPARE_UPLOAD_SLOTS,
			minimum: MIN_UPLOAD_SLOTS,
			weight: 1 + Math.log2(1 + demand.interestedPeers) + (demand.bytesPerSecond > 0 ? 1 : 0),
		})),
		total,
	);
}

/**
 * Minimums first, one by one to all in turn; then what is left by weight, nobody over its wish
 * and what one cannot use to the others (weighted max-min). The same claims give the same shares.
 * @param claims - in order of precedence: the first ones win when there is too little for all
 * @param total - 0 means no limit: everyone gets its wish
 * @returns whole numbers that sum to at most `total`
 */
export function shareSlots(
	claims: readonly SlotClaim[],
	total: number,
): ReadonlyMap<Infohash, number> {
	if (total <= 0) return new Map(claims.map((claim) => [claim.infohash, claim.wanted]));
	const grants = new Map<Infohash, number>(claims.map((claim) => [claim.infohash, 0]));
	let left = Math.trunc(total);
	const highest = claims.reduce((most, claim) => Math.max(most, firstShare(claim)), 0);
	for (let round = 1; round <= highest && left > 0; round++) {
		for (const claim of claims) {
			if (left === 0) break;
			if (firstShare(claim) < round) continue;
			grants.set(claim.infohash, round);
			left--;
		}
	}
	if (left > 0) shareByWeight(claims, grants, left);
	return grants;
}

function firstShare(claim: SlotClaim): number {
	return Math.min(claim.minimum, claim.wanted);
}

function shareByWeight(
	claims: readonly SlotClaim[],
	grants: Map<Infohash, number>,
	total: number,
): void {
	const wishes = claims
		.map((claim, order) => ({ claim, order, missing: claim.wanted - firstShare(claim) }))
		.filter((wish) => wish.missing > 0)
		.sort((a, b) => a.missing / a.claim.weight - b.missing / b.claim.weight || a.order - b.order);
	let left = total;
	let weights = wishes.reduce((sum, wish) => sum + wish.claim.weight, 0);
	const give = (claim: SlotClaim, slots: number): void => {
		grants.set(claim.infohash, (grants.get(claim.infohash) ?? 0) + slots);
	};
	for (const [at, { claim, missing }] of wishes.entries()) {
		if (missing > (left * claim.weight) / weights) {
			shareRest(wishes.slice(at), left, weights, give);
			return;
		}
		give(claim, missing);
		left -= missing;
		weights -= claim.weight;
	}
}

/** Nobody here can be satisfied: whole parts by weight, the odd ones to the largest fractions. */
function shareRest(
	wishes: readonly { readonly claim: SlotClaim; readonly order: number }[],
	total: number,
	weights: number,
	give: (claim: SlotClaim, slots: number) => void,
): void {
	let left = total;
	const fractions: { claim: SlotClaim; order: number; fraction: number }[] = [];
	for (const { claim, order } of wishes) {
		const exact = (total * claim.weight) / weights;
		const whole = Math.floor(exact);
		give(claim, whole);
		left -= whole;
		fractions.push({ claim, order, fraction: exact - whole });
	}
	fractions.sort((a, b) => b.fraction - a.fraction || a.order - b.order);
	for (const { claim } of fractions) {
		if (left <= 0) return;
		give(claim, 1);
		left--;
	}
}
