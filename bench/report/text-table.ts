/** Results for the terminal. */
import type { FigureKind, Target } from '../rounds/bench-plan.js';
import type { BenchResult, CaseResult } from '../rounds/bench-result.js';
import type { Summary } from '../rounds/statistics.js';

/** Tables of all cases: contender by figure, then ratios, targets and what was skipped. */
export function textTables(result: BenchResult): string {
	return result.cases.map((one) => caseText(result, one)).join('\n\n');
}

function caseText({ bench }: BenchResult, result: CaseResult): string {
	const header = ['', ...result.figures.map(({ title, unit }) => `${title} [${unit}]`)];
	const rows = result.contenders.map(({ name, summaries }) => [
		name,
		...result.figures.map((figure) => summaryText(summaries[figure.name])),
	]);
	return [
		`${bench}/${result.name}: ${result.title}`,
		`median (min to max) of ${roundCount(result)} rounds, files in ${result.folderKind}`,
		...alignColumns([header, ...rows]),
		...ratioLines(result),
		...result.targets.map(
			({ contender, figure, median, target, isReached }) =>
				`${contender}, ${titleOf(result.figures, figure)}: ${formatNumber(median)} ${targetText(target, isReached)}`,
		),
		...result.skipped.map(({ contender, reason }) => `skipped ${contender}: ${reason}`),
	].join('\n');
}

function ratioLines(result: CaseResult): string[] {
	const rows = result.ratios.map(({ figure, of, over, summary, target, isReached = false }) => [
		`${titleOf(result.figures, figure)}: ${of} / ${over}`,
		`${summaryText(summary)}x`,
		target === undefined ? '' : targetText(target, isReached),
	]);
	return alignColumns(rows);
}

function titleOf(figures: readonly FigureKind[], name: string): string {
	return figures.find((figure) => figure.name === name)?.title ?? name;
}

export function targetText(target: Target, isReached: boolean): string {
	const wanted = 'atLeast' in target ? `>= ${target.atLeast}` : `<= ${target.atMost}`;
	return `${isReached ? 'reached' : 'MISSED'} (${wanted})`;
}

function roundCount({ contenders }: CaseResult): number {
	return Math.max(0, ...contenders.map(({ rounds }) => rounds.length));
}

/** `12.3 (11 to 14.2)`; a dash for what was not measured. */
export function summaryText(summary: Summary | undefined): string {
	if (summary === undefined) return '-';
	const { median, min, max } = summary;
	if (summary.count === 1) return formatNumber(median);
	return `${formatNumber(median)} (${formatNumber(min)} to ${formatNumber(max)})`;
}

/** Three digits that matter, no exponent. */
export function formatNumber(value: number): string {
	const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
	return rounded.toLocaleString('en-US', { maximumFractionDigits: 6 });
}

/** The first column to the left, the others to the right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
	const widths: number[] = [];
	for (const row of rows) {
		for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, cell.length);
	}
	return rows.map((row) =>
		row
			.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
			.join('  ')
			.trimEnd(),
	);
}
