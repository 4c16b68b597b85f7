/** What contenders of a case are to each other, and to what was to be reached. */
import type { RatioPlan, Target, TargetPlan } from './bench-plan.js';
import type { ContenderResult, RatioResult, TargetResult } from './bench-result.js';
import { pairRatios, summarize } from './statistics.js';

/** Ratios of which both contenders ran; the others are left out. */
export function ratiosOf(
	plans: readonly RatioPlan[],
	contenders: readonly ContenderResult[],
): RatioResult[] {
	return plans.flatMap(({ figure, of, over, target }) => {
		const summary = summarize(
			pairRatios(values(contenders, of, figure), values(contenders, over, figure)),
		);
		if (summary === undefined) return [];
		const ratio = { figure, of, over, summary };
		if (target === undefined) return [ratio];
		return [{ ...ratio, target, isReached: reaches(summary.median, target) }];
	});
}

export function judgeTargets(
	plans: readonly TargetPlan[],
	contenders: readonly ContenderResult[],
): TargetResult[] {
	return plans.flatMap(({ figure, contender, target }) => {
		const median = contenders.find(({ name }) => name === contender)?.summaries[figure]?.median;
		if (median === undefined) return [];
		return [{ figure, contender, median, target, isReached: reaches(median, target) }];
	});
}

export function reaches(value: number, target: Target): boolean {
	return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function values(
	contenders: readonly ContenderResult[],
	name: string,
	figure: string,
): (number | undefined)[] {
	const contender = contenders.find((one) => one.name === name);
	return (contender?.rounds ?? []).map((figures) => figures?.[figure]);
}
