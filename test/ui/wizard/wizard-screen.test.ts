/** Whole frames of the wizard. After a deliberate change, write them again with UPDATE_FRAMES=1. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { textWidth } from '../../../src/primitives/fit-text.js';
import { HOSTILE_NAME } from '../fixtures.js';
import { atOptions, EDIT, FakeWizard, made } from './fake-wizard.js';

const FRAMES = path.resolve('test/ui/frames');

const frame = test.macro({
	async exec(t, name: string, wizard: FakeWizard) {
		const lines = wizard.lines();
		for (const line of lines) t.is(textWidth(line), wizard.state.size.columns);
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

function twoWarnings(columns = 80, rows = 24): FakeWizard {
	return new FakeWizard(undefined, columns, rows)
		.press('Space', 'ctrl+n')
		.type('http://a.example/announce, http://b.example/announce')
		.press('Enter')
		.type('udp://c.example:6969')
		.press('shift+Tab')
		.type('udp://c.example:6969');
}

function making(): FakeWizard {
	const progress = { hashedBytes: 90_000_000, totalBytes: 300_000_000, fileCount: 3 };
	return atOptions()
		.press('ctrl+n', 'Enter')
		.tell({ type: 'hashing', inputPath: '/home/ann/album', progress });
}

test(frame, 'wizard-files-80x24', new FakeWizard().press('Space', 'Down', 'Space'));
test(frame, 'wizard-search-60x16', new FakeWizard(undefined, 60, 16).type('zz'));
test(frame, 'wizard-trackers-80x24', twoWarnings());
test(frame, 'wizard-trackers-40x16', twoWarnings(40, 16));
test(frame, 'wizard-options-80x24', atOptions().press('Tab'));
test(frame, 'wizard-making-80x24', making());
test(
	frame,
	'wizard-made-80x24',
	making().tell(
		{ type: 'made', made: made('album') },
		{ type: 'made', made: made('notes.txt') },
		{ type: 'run-over', isStopped: false },
	),
);
test(
	frame,
	'wizard-edit-80x24',
	new FakeWizard(EDIT).tell({
		type: 'torrent',
		torrent: {
			trackers: {
				announce: 'http://a.example/a',
				tiers: [['http://a.example/a'], ['udp://b.example:1']],
			},
			comment: 'made on a Sunday',
		},
	}),
);

test('every line is exactly as wide as the screen, whatever names, texts and size', (t) => {
	const names = fc.oneof(
		fc.constant(HOSTILE_NAME),
		fc.string({ unit: 'grapheme', maxLength: 80 }),
		fc.string({ unit: fc.constantFrom('映', '👩‍👩‍👧', 'ी', '\u202e', '\ud800', '\u001b[2J', 'a') }),
	);
	const keys = fc.array(
		fc.constantFrom(
			'Space',
			'Tab',
			'ctrl+n',
			'Enter',
			'Down',
			'Left',
			'x',
			'shift+Tab',
			'paste:映\n\u0007z',
		),
		{ maxLength: 25 },
	);
	fc.assert(
		fc.property(
			fc.array(names, { minLength: 1, maxLength: 4 }),
			keys,
			fc.integer({ min: 10, max: 140 }),
			fc.integer({ min: 3, max: 40 }),
			(found, pressed, columns, rows) => {
				const entries = found.map((name, index) => ({
					name,
					path: `/x/${name}${index}`,
					isFolder: false,
					sizeBytes: 5,
				}));
				const wizard = new FakeWizard(undefined, columns, rows).tell({
					type: 'listed',
					isPicker: false,
					listing: { folder: found[0] ?? '', parent: undefined, entries },
				});
				wizard.press('Space', ...pressed).tell(
					{
						type: 'measured',
						items: found.map((name, index) => ({
							inputPath: `/x/${name}${index}`,
							name,
							totalBytes: 5,
							fileCount: 1,
							problem: index % 2 === 0 ? undefined : name,
						})),
					},
					{ type: 'failed', message: found[0] ?? '' },
				);
				const lines = wizard.lines();
				t.is(lines.length, rows);
				for (const line of lines) {
					if (textWidth(line) !== columns)
						t.fail(`${textWidth(line)} of ${columns}: ${JSON.stringify(line)}`);
					t.notRegex(line, /[\p{Cc}\p{Cs}\u202e]/u);
				}
			},
		),
		{ numRuns: 200 },
	);
});
