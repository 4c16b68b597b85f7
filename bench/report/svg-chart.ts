/**
 * Charts of medians as SVG that GitHub shows: no script, no outer file, system fonts.
 * Colours follow the reader's light or dark scheme through a media query inside the image.
 */
import type { FigureKind } from '../rounds/bench-plan.js';
import type { BenchResult, CaseResult } from '../rounds/bench-result.js';
import { drawGrowth } from './growth-chart.js';
import {
	CHART_WIDTH,
	type Drawing,
	escapeXml,
	MARGIN,
	pixels,
	svgPage,
	text,
} from './svg-drawing.js';
import { formatNumber } from './text-table.js';

const NAME_WIDTH = 250;
const VALUE_WIDTH = 210;
const BAR_HEIGHT = 18;
const ROW_HEIGHT = 24;
const MAX_BAR = CHART_WIDTH - NAME_WIDTH - VALUE_WIDTH - 2 * MARGIN;

/**
 * One group of bars for each charted figure of each case; bars are medians, whiskers go from min to
 * max. Cases of one growth curve are drawn as that.
 */
export function drawChart(result: BenchResult): string {
	const drawing: Drawing = { parts: [], y: MARGIN + 14 };
	text(drawing, MARGIN, 'title', result.title);
	drawing.y += 20;
	const { machine, startedAt } = result;
	text(
		drawing,
		MARGIN,
		'note',
		`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${startedAt.slice(0, 10)}. Bars are medians, lines go from the least to the most.`,
	);
	drawing.y += 26;
	const growing = result.cases.filter(({ growth }) => growth !== undefined);
	// One case is no curve.
	const curve = growing.length > 1 ? growing : [];
	drawGrowth(drawing, curve);
	for (const benchCase of result.cases.filter((each) => !curve.includes(each))) {
		for (const [index, figure] of benchCase.figures.entries()) {
			if (index === 0 || figure.isCharted === true) drawGroup(drawing, benchCase, figure);
		}
	}
	return svgPage(drawing, result.title);
}

function drawGroup(drawing: Drawing, benchCase: CaseResult, figure: FigureKind): void {
	const bars = benchCase.contenders.flatMap(({ name, summaries }) => {
		const summary = summaries[figure.name];
		return summary === undefined ? [] : [{ name, summary }];
	});
	if (bars.length === 0) return;
	text(drawing, MARGIN, 'case', `${benchCase.title}: ${figure.title} (${figure.unit})`);
	drawing.y += 16;
	const hint = { higher: 'longer is better', lower: 'shorter is better', neither: '' }[
		figure.better
	];
	if (hint !== '') text(drawing, MARGIN, 'note', hint);
	drawing.y += 8;
	const longest = Math.max(...bars.map(({ summary }) => summary.max));
	const scale = longest > 0 ? MAX_BAR / longest : 0;
	for (const { name, summary } of bars) {
		const { median, min, max } = summary;
		const x = MARGIN + NAME_WIDTH;
		const middle = drawing.y + BAR_HEIGHT / 2;
		const kind = name.startsWith('btmany') ? 'own' : 'other';
		drawing.parts.push(
			`<text x="${x - 8}" y="${drawing.y + 13.5}" text-anchor="end">${escapeXml(name)}</text>`,
			`<rect class="${kind}" x="${x}" y="${drawing.y}" width="${pixels(Math.max(1, median * scale))}" height="${BAR_HEIGHT}" rx="2"/>`,
		);
		if (max > min) {
			drawing.parts.push(
				`<path class="range" d="M${pixels(x + min * scale)} ${middle}H${pixels(x + max * scale)}m0 -4v8M${pixels(x + min * scale)} ${middle - 4}v8"/>`,
			);
		}
		const range = max > min ? ` (${formatNumber(min)} to ${formatNumber(max)})` : '';
		drawing.parts.push(
			`<text x="${pixels(x + Math.max(median, max) * scale + 8)}" y="${drawing.y + 13.5}">${formatNumber(median)}${range}</text>`,
		);
		drawing.y += ROW_HEIGHT;
	}
	drawing.y += 22;
}
