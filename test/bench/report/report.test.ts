import { readFileSync } from 'node:fs';
import test from 'ava';
import { drawChart } from '../../../bench/report/svg-chart.js';
import { formatNumber, textTables } from '../../../bench/report/text-table.js';
import { writeResult } from '../../../bench/report/write-result.js';
import type { BenchResult } from '../../../bench/rounds/bench-result.js';
import { tempFolder } from '../../helpers/temp-folder.js';

const RESULT: BenchResult = {
	bench: 'download',
	title: 'One download & its <seeder>',
	method: ['How.'],
	size: 'default',
	startedAt: '2026-01-02T03:04:05.678Z',
	tookSeconds: 1,
	machine: {
		cpu: 'A CPU',
		cores: 2,
		memoryGib: 24,
		kernel: 'Linux 6',
		node: '20.20.2',
		commit: 'abc',
	},
	versions: { libtorrent: '2.0.8' },
	cases: [
		{
			name: 'one-file',
			title: 'One file',
			settings: {},
			folderKind: 'memory (/dev/shm)',
			warmUps: 1,
			figures: [
				{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' },
				{ name: 'cpu', title: 'leecher CPU', unit: 's/GB', better: 'lower', isCharted: true },
				{ name: 'rss', title: 'peak RSS', unit: 'MB', better: 'lower' },
			],
			contenders: [
				{
					name: 'btmany <- btmany',
					settings: {},
					rounds: [
						{ speed: 700.123456789, cpu: 1, rss: 100 },
						{ speed: 800, cpu: 1, rss: 100 },
					],
					summaries: {
						speed: { median: 750, min: 700.123456789, max: 800, count: 2 },
						cpu: { median: 1, min: 1, max: 1, count: 2 },
						rss: { median: 100, min: 100, max: 100, count: 2 },
					},
				},
				{ name: 'slow <- slow', settings: {}, rounds: [undefined], summaries: {}, failure: 'late' },
			],
			ratios: [
				{
					figure: 'speed',
					of: 'btmany <- btmany',
					over: 'slow <- slow',
					summary: { median: 1.5, min: 1, max: 2, count: 2 },
					target: { atLeast: 2 },
					isReached: false,
				},
			],
			targets: [
				{
					figure: 'rss',
					contender: 'btmany <- btmany',
					median: 100,
					target: { atMost: 200 },
					isReached: true,
				},
			],
			skipped: [{ contender: 'x <- y', reason: 'y: y is not installed', isAllowed: true }],
		},
	],
};

test('the table shows medians with least and most, ratios against their targets, and who was skipped', (t) => {
	t.deepEqual(textTables(RESULT).split('\n'), [
		'download/one-file: One file',
		'median (min to max) of 2 rounds, files in memory (/dev/shm)',
		'                      speed [MB/s]  leecher CPU [s/GB]     peak RSS [MB]',
		'btmany <- btmany  750 (700 to 800)          1 (1 to 1)  100 (100 to 100)',
		'slow <- slow                     -                   -                 -',
		'speed: btmany <- btmany / slow <- slow  1.5 (1 to 2)x  MISSED (>= 2)',
		'btmany <- btmany, peak RSS: 100 reached (<= 200)',
		'skipped x <- y: y: y is not installed',
	]);
});

test('numbers are told with three digits that matter and without exponents', (t) => {
	t.deepEqual([0, 0.012_345, 1.234_5, 12.345, 123.45, 1_234.5, 12_345_678].map(formatNumber), [
		'0',
		'0.0123',
		'1.23',
		'12.3',
		'123',
		'1,235',
		'12,345,678',
	]);
});

test('the chart has a bar for each contender that was measured and escapes every name', (t) => {
	const svg = drawChart(RESULT);
	t.true(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"'));
	t.true(svg.includes('One download &amp; its &lt;seeder&gt;'));
	t.true(svg.includes('btmany &lt;- btmany'));
	t.false(svg.includes('slow &lt;- slow'));
	t.is(svg.match(/<rect class="own"/g)?.length, 2, 'the first figure and the charted one');
	t.true(svg.includes('prefers-color-scheme:dark'));
	t.regex(svg, />750 \(700 to 800\)</);
});

test('cases of a growth curve are drawn as lines over their sizes, not as bars', (t) => {
	const [template] = RESULT.cases;
	if (template === undefined) throw new Error('there is no case');
	const cases = [100, 1000].map((size) => ({
		...template,
		name: `of-${size}`,
		growth: { size, per: 'torrents' },
	}));
	const svg = drawChart({ ...RESULT, cases });
	t.true(svg.includes('speed (MB/s) by torrents'));
	t.is(svg.match(/class="own-line"/g)?.length, 3, 'one for each figure');
	t.is(svg.match(/<circle class="own"/g)?.length, 6);
	t.regex(svg, />1,000</);
	t.false(svg.includes('longer is better'));
	const alone = drawChart({ ...RESULT, cases: cases.slice(1) });
	t.false(alone.includes('class="own-line"'), 'one size is no curve');
	t.true(alone.includes('longer is better'));
});

test('no bar leaves the picture, and the longest whisker ends at the most', (t) => {
	const svg = drawChart(RESULT);
	const width = Number(/viewBox="0 0 (\d+) /.exec(svg)?.[1]);
	const ends = [...svg.matchAll(/<rect class="own" x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)].map(
		([, x, length]) => Number(x) + Number(length),
	);
	t.true(ends.length > 0 && ends.every((end) => end < width));
});

test('a result file holds every round, with null where a contender did not run', async (t) => {
	const [json = '', svg = ''] = writeResult(RESULT, await tempFolder(t));
	const kept = JSON.parse(readFileSync(json, 'utf8')) as BenchResult;
	t.like(kept.cases[0]?.contenders[0]?.rounds[0], { speed: 700.123 });
	t.deepEqual(kept.cases[0]?.contenders[1]?.rounds, [null as unknown as undefined]);
	t.deepEqual(kept.machine, RESULT.machine);
	t.is(readFileSync(svg, 'utf8'), drawChart(RESULT));
});
