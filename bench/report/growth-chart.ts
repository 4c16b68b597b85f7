/** How figures grow with the size of what is measured: one panel for each figure, a line for each contender. */
import type { FigureKind } from '../rounds/bench-plan.js';
import type { CaseResult } from '../rounds/bench-result.js';
import { CHART_WIDTH, type Drawing, escapeXml, MARGIN, pixels, text } from './svg-drawing.js';
import { formatNumber } from './text-table.js';

const PANEL_GAP = 48;
const PANEL_WIDTH = (CHART_WIDTH - 2 * MARGIN - PANEL_GAP) / 2;
const PLOT_HEIGHT = 150;
/** Room for the numbers at the first and the last point. */
const PLOT_INSET = 40;

interface Point {
	readonly x: number;
	readonly value: number;
}

interface Line {
	readonly contender: string;
	readonly points: readonly Point[];
}

/** @param cases - of one curve, each with its `growth`; nothing is drawn for none */
export function drawGrowth(drawing: Drawing, cases: readonly CaseResult[]): void {
	const [first] = cases;
	if (first?.growth === undefined) return;
	const { per } = first.growth;
	const panels = first.figures.flatMap((figure) => {
		const lines = linesOf(cases, figure);
		return lines.length === 0 ? [] : [{ figure, lines }];
	});
	const top = drawing.y;
	for (const [index, { figure, lines }] of panels.entries()) {
		drawing.y = top + Math.floor(index / 2) * (PLOT_HEIGHT + 84);
		const left = MARGIN + (index % 2) * (PANEL_WIDTH + PANEL_GAP);
		drawPanel(drawing, left, figure, lines, per);
	}
	drawing.y = top + Math.ceil(panels.length / 2) * (PLOT_HEIGHT + 84);
}

function linesOf(cases: readonly CaseResult[], figure: FigureKind): Line[] {
	const names = new Set(cases.flatMap(({ contenders }) => contenders.map(({ name }) => name)));
	return [...names].flatMap((contender) => {
		const points = cases.flatMap(({ growth, contenders }) => {
			const found = contenders.find(({ name }) => name === contender)?.summaries[figure.name];
			return growth === undefined || found === undefined
				? []
				: [{ x: growth.size, value: found.median }];
		});
		return points.length === 0 ? [] : [{ contender, points: points.sort((a, b) => a.x - b.x) }];
	});
}

/** Both axes are logarithmic: what grows as fast as the size is a straight line of the same slope. */
function drawPanel(
	drawing: Drawing,
	left: number,
	figure: FigureKind,
	lines: readonly Line[],
	per: string,
): void {
	text(drawing, left, 'case', `${figure.title} (${figure.unit}) by ${per}`);
	const top = drawing.y + 34;
	const bottom = top + PLOT_HEIGHT;
	const all = lines.flatMap(({ points }) => points);
	const xOf = scale(
		all.map(({ x }) => x),
		left + PLOT_INSET,
		left + PANEL_WIDTH - PLOT_INSET,
	);
	const yOf = scale(
		all.map(({ value }) => value),
		bottom - 14,
		top + 14,
	);
	drawing.parts.push(`<path class="axis" d="M${left} ${bottom}H${pixels(left + PANEL_WIDTH)}"/>`);
	for (const x of new Set(all.map((point) => point.x)))
		label(drawing, 'note', xOf(x), bottom + 16, x.toLocaleString('en-US'));
	for (const [index, { contender, points }] of lines.entries()) {
		const kind = contender.startsWith('btmany') ? 'own' : 'other';
		const path = points.map(({ x, value }) => `${pixels(xOf(x))} ${pixels(yOf(value))}`).join('L');
		drawing.parts.push(`<path class="${kind}-line" d="M${path}"/>`);
		for (const { x, value } of points) {
			const y = yOf(value);
			drawing.parts.push(
				`<circle class="${kind}" cx="${pixels(xOf(x))}" cy="${pixels(y)}" r="3.5"/>`,
			);
			// The higher of two is told above its point, the other below.
			const isHigher = all.every((other) => other.x !== x || other.value <= value);
			label(drawing, 'note', xOf(x), isHigher ? y - 8 : y + 17, formatNumber(value));
		}
		const keyX = left + index * 130;
		drawing.parts.push(
			`<rect class="${kind}" x="${keyX}" y="${top - 22}" width="10" height="10" rx="2"/>`,
			`<text class="note" x="${keyX + 15}" y="${top - 13}">${escapeXml(contender)}</text>`,
		);
	}
}

/** From values to places, logarithmically; all in the middle when they are one. */
function scale(values: readonly number[], from: number, to: number): (value: number) => number {
	const positive = values.filter((value) => value > 0);
	const least = Math.min(...positive);
	const span = Math.log(Math.max(...positive) / least);
	return (value) => {
		if (positive.length === 0 || span === 0) return (from + to) / 2;
		return value <= 0 ? from : from + ((to - from) * Math.log(value / least)) / span;
	};
}

function label(drawing: Drawing, kind: string, x: number, y: number, content: string): void {
	drawing.parts.push(
		`<text class="${kind}" x="${pixels(x)}" y="${pixels(y)}" text-anchor="middle">${escapeXml(content)}</text>`,
	);
}
