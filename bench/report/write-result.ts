/** Result files: `NAME.json` with every round, `NAME.svg` with the chart. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { BenchResult } from '../rounds/bench-result.js';
import { drawChart } from './svg-chart.js';

/** @returns paths of what was written */
export function writeResult(result: BenchResult, folder: string): string[] {
	mkdirSync(folder, { recursive: true });
	const json = path.join(folder, `${result.bench}.json`);
	const svg = path.join(folder, `${result.bench}.svg`);
	writeFileSync(json, `${JSON.stringify(result, roundNumber, 1)}\n`);
	writeFileSync(svg, drawChart(result));
	return [json, svg];
}

/** More digits than were measured only make the file longer. */
function roundNumber(_key: string, value: unknown): unknown {
	if (typeof value !== 'number' || Number.isInteger(value)) return value;
	return Number(value.toPrecision(6));
}
