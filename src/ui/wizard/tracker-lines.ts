/** Trackers as they are typed, a line a tier, and what is wrong or doubtful about them (BEP 12). Pure. */
import { errorMessage } from '../../primitives/app-error.js';
import { type AnnouncePlan, planTiers } from '../../tools/announce-plan.js';

export interface TrackerReading {
	/** Undefined as long as there is a problem. */
	readonly plan: AnnouncePlan | undefined;
	/** Why it cannot be used. */
	readonly problem: string | undefined;
	/** What can be used, but is seldom meant, a sentence each. */
	readonly warnings: readonly string[];
}

/**
 * @param mainText - the main tracker; blank for the first of the lines
 * @param linesText - a tier a line, commas or blanks between trackers
 */
export function readTrackerLines(mainText: string, linesText: string): TrackerReading {
	const main = mainText.trim();
	const tiers = splitTiers(linesText);
	try {
		const plan = planTiers(main === '' ? undefined : main, tiers);
		return { plan, problem: undefined, warnings: warningsAbout(main, tiers) };
	} catch (error) {
		return { plan: undefined, problem: errorMessage(error), warnings: [] };
	}
}

/** The lines that say the same as a plan's tiers. */
export function trackerLines(tiers: readonly (readonly string[])[]): string {
	return tiers.map((tier) => tier.join(', ')).join('\n');
}

function splitTiers(linesText: string): readonly (readonly string[])[] {
	return linesText
		.split('\n')
		.map((line) => line.split(/[\s,]+/).filter((url) => url !== ''))
		.filter((tier) => tier.length > 0);
}

function warningsAbout(main: string, tiers: readonly (readonly string[])[]): readonly string[] {
	const warnings: string[] = [];
	if (tiers.some((tier) => tier.length > 1))
		warnings.push(
			'Trackers on one line must share their peers. Unless you are sure, give each its own line.',
		);
	const isElsewhere = tiers.length > 0 && tiers[0]?.includes(main) !== true;
	if (main !== '' && isElsewhere)
		warnings.push(
			'The main tracker is not on the first line: some programs may not find peers. It will be put first.',
		);
	return warnings;
}
