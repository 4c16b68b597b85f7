/**
 * Whole frames at the sizes people have. After a deliberate change, write them again with
 * UPDATE_FRAMES=1 and look at the difference.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { textWidth } from '../../src/primitives/fit-text.js';
import { renderScreen } from '../../src/ui/screens/screen.js';
import {
	HOSTILE_NAME,
	type ModelOptions,
	makeModel,
	makeScreenStats,
	makeSnapshot,
	makeStats,
	makeTorrent,
	plainText,
} from './fixtures.js';

const FRAMES = path.resolve('test/ui/frames');

const frame = test.macro({
	async exec(t, name: string, columns: number, rows: number, options: ModelOptions) {
		const model = makeModel(columns, rows, options);
		const lines = plainText(renderScreen(model, columns, rows));
		for (const line of lines) t.is(textWidth(line), columns);
		const text = `${lines.map((line) => `${line}|`).join('\n')}\n`;
		const file = path.join(FRAMES, `${name}.txt`);
		if (process.env['UPDATE_FRAMES'] === '1') {
			await mkdir(FRAMES, { recursive: true });
			await writeFile(file, text);
		}
		t.is(text, await readFile(file, 'utf8'));
	},
	title: (_given, name: string) => `the frame ${name} is as it was`,
});

const ASCII = { hasUnicode: false, colours: 'none' } as const;
const EMPTY = makeSnapshot([], { notices: [], port: undefined });

test(frame, 'list-80x24', 80, 24, {});
test(frame, 'list-ascii-60x16', 60, 16, { theme: ASCII });
test(frame, 'list-40x10', 40, 10, {});
test(frame, 'list-100x30', 100, 30, { keys: ['j', 'j', 'j'] });
test(frame, 'empty-80x24', 80, 24, { snapshot: EMPTY });
test(frame, 'overview-80x24', 80, 24, { keys: ['j', 'j', 'j', 'Enter'] });
test(frame, 'files-80x24', 80, 24, { keys: ['2', 'j', 'j'] });
test(frame, 'trackers-80x24', 80, 24, { keys: ['3'] });
test(frame, 'trackers-140x40', 140, 40, { keys: ['j', 'j', 'j', '3'] });
test(frame, 'trackers-40x12', 40, 12, { keys: ['3'] });
test(frame, 'peers-100x30', 100, 30, { keys: ['4'] });
test(frame, 'peers-140x40', 140, 40, { keys: ['4', 'Tab'] });
test(frame, 'peers-40x12', 40, 12, { keys: ['4'] });
test(frame, 'log-80x24', 80, 24, { keys: ['L'] });
test(frame, 'debug-80x24', 80, 24, { keys: ['D'] });
test(frame, 'debug-40x12', 40, 12, { keys: ['D', 'PageDown'] });
test(frame, 'debug-stalled-100x30', 100, 30, {
	keys: ['D'],
	snapshot: makeSnapshot([makeTorrent(0)], {
		stats: makeStats({
			eventLoopLag: { p50Ms: 12, p99Ms: 240, maxMs: 2700 },
			ringFreeSlots: 0,
			maxConnections: 0,
		}),
	}),
	screen: makeScreenStats({ droppedFrames: 99, isTerminalBusy: true }),
});
test(frame, 'help-80x24', 80, 24, { keys: ['?'] });
test(frame, 'help-40x12', 40, 12, { keys: ['?', 'PageDown'] });
test(frame, 'remove-80x24', 80, 24, { keys: ['d'] });
test(frame, 'force-40x10', 40, 10, { keys: ['n', 'F', 'Tab'] });
test(frame, 'filter-80x24', 80, 24, { keys: ['/', 'd', 'e', 'b'] });
test(frame, 'too-small-39x9', 39, 9, {});

test('a dialog never hides what it is about to do, however small the screen', (t) => {
	for (const keys of [['d'], ['n', 'F']]) {
		const text = plainText(renderScreen(makeModel(40, 10, { keys }), 40, 10)).join('\n');
		t.regex(text, /Esc Cancel/);
		t.regex(text, keys.includes('F') ? /overwritten[^]*o Overwrite/ : /stay[^]*r Remove/);
	}
});

test('the error of a torrent is on its row, and all of it on the message line', (t) => {
	const lines = plainText(renderScreen(makeModel(140, 24), 140, 24));
	t.regex(lines[3] ?? '', /^! {2}Big Buck Bunny.*disk full/);
	t.regex(lines[22] ?? '', /! Big Buck Bunny .*: disk full: \/srv\/media has 0 B free, needs 499M/);
});

const hostileName = fc.oneof(
	fc.constant(HOSTILE_NAME),
	fc.string({ unit: 'grapheme', maxLength: 60 }),
	fc.string({
		unit: fc.constantFrom(
			'映',
			'가',
			'🎬',
			'👩‍👩‍👧',
			'❤️',
			'🇩🇪',
			'كتاب',
			'ी',
			'\u0301',
			'\u200b',
			'\u202e',
			'\ud800',
			'\u001b[2J',
			'a',
		),
		maxLength: 40,
	}),
);

test('every line is exactly as wide as the screen, whatever the names and the size', (t) => {
	const keys = fc.constantFrom<readonly string[]>(
		[],
		['d'],
		['1'],
		['2'],
		['3'],
		['4'],
		['5'],
		['?'],
		['L'],
		['D'],
		['/', 'a'],
	);
	fc.assert(
		fc.property(
			fc.array(hostileName, { minLength: 1, maxLength: 5 }),
			fc.integer({ min: 10, max: 160 }),
			fc.integer({ min: 3, max: 45 }),
			keys,
			fc.boolean(),
			(names, columns, rows, pressed, hasUnicode) => {
				const problem = {
					code: 'X',
					message: names[0] ?? '',
					resumesByItself: true,
					canForce: true,
				};
				const torrents = names.map((name, index) =>
					makeTorrent(index, { name, trackerHost: name, savePath: name, state: 'error', problem }),
				);
				const model = makeModel(columns, rows, {
					snapshot: makeSnapshot(torrents),
					keys: pressed,
					theme: { hasUnicode, colours: 'none' },
				});
				const lines = plainText(renderScreen(model, columns, rows));
				t.is(lines.length, rows);
				for (const line of lines) {
					if (textWidth(line) !== columns)
						t.fail(`${textWidth(line)} of ${columns}: ${JSON.stringify(line)}`);
					t.notRegex(line, /[\p{Cc}\p{Cs}\u202e\u200b]/u);
				}
			},
		),
		{ numRuns: 150 },
	);
});

test('five thousand torrents make a frame in a few milliseconds', (t) => {
	const torrents = Array.from({ length: 5000 }, (_, index) => makeTorrent(index));
	const model = makeModel(140, 40, { snapshot: makeSnapshot(torrents) });
	renderScreen(model, 140, 40);
	const start = performance.now();
	for (let round = 0; round < 20; round++) renderScreen(model, 140, 40);
	t.true((performance.now() - start) / 20 < 50);
});
