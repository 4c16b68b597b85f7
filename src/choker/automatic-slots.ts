/** How many upload slots suit an upload rate, for people who did not choose a number. */

/** Enough for reciprocity to find partners, few enough that each gets something. */
const FEWEST_SLOTS = 8;
/** More connections than this in full flow serve nobody better. */
const MOST_SLOTS = 100;

/**
 * Grows with the square root of the rate, so that both the slots and the rate of each grow:
 * 8 below 107 kB/s, 24 at 1 MB/s, 77 at 10 MB/s.
 * @param bytesPerSecond - what we upload to all peers together
 * @param before - the last answer: kept until the rate asks for more, or for a quarter less, so that
 * a trembling rate does not cut peers off
 */
export function automaticSlots(bytesPerSecond: number, before = 0): number {
	const kilobytes = Number.isFinite(bytesPerSecond) ? Math.max(0, bytesPerSecond) / 1000 : 0;
	const slots = Math.floor(Math.sqrt(kilobytes * 0.6));
	const suited = Math.min(MOST_SLOTS, Math.max(FEWEST_SLOTS, slots));
	return suited > before || suited < before * 0.75 ? suited : before;
}
