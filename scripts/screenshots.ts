/**
 * Draws the pictures of the README, `screenshots/*.svg`, and prints `docs/keys.md`: real frames
 * from a fixed session, through a headless terminal, as SVG. The same input gives the same bytes.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { keysDocument } from '../src/ui/keymap.js';
import { renderScreen } from '../src/ui/screens/screen.js';
import { makeModel } from '../test/ui/fixtures.js';
import { COMMAND_COLUMNS, commandPictures } from './command-pictures.js';
import { screenToSvg } from './screen-to-svg.js';
import { WIZARD_COLUMNS, wizardPictures } from './wizard-pictures.js';

interface Picture {
	readonly name: string;
	readonly columns: number;
	readonly rows: number;
	/** Pressed before the picture is taken. */
	readonly keys: readonly string[];
}

const PICTURES: readonly Picture[] = [
	{ name: 'list', columns: 100, rows: 24, keys: ['j', 'j', 'j'] },
	{ name: 'trackers', columns: 140, rows: 34, keys: ['j', 'j', 'j', '3'] },
	{ name: 'peers', columns: 140, rows: 34, keys: ['j', 'j', 'j', '4'] },
	{ name: 'help', columns: 80, rows: 43, keys: ['j', 'j', 'j', '?'] },
	{ name: 'debug', columns: 100, rows: 24, keys: ['D'] },
	{ name: 'remove', columns: 80, rows: 24, keys: ['j', 'j', 'j', 'd'] },
];

/** The repository, from `.build/scripts/screenshots.js`. */
const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

const folder = path.join(ROOT, 'screenshots');
await mkdir(folder, { recursive: true });
for (const { name, columns, rows, keys } of PICTURES) {
	const model = makeModel(columns, rows, { keys, theme: { hasUnicode: true, colours: 'true' } });
	const svg = await screenToSvg(renderScreen(model, columns, rows), columns);
	await writeFile(path.join(folder, `${name}.svg`), svg);
	process.stdout.write(`screenshots/${name}.svg\n`);
}
for (const { lines, name } of wizardPictures()) {
	await writeFile(path.join(folder, `${name}.svg`), await screenToSvg(lines, WIZARD_COLUMNS));
	process.stdout.write(`screenshots/${name}.svg\n`);
}
for (const { lines, name } of await commandPictures()) {
	await writeFile(path.join(folder, `${name}.svg`), await screenToSvg(lines, COMMAND_COLUMNS));
	process.stdout.write(`screenshots/${name}.svg\n`);
}
await mkdir(path.join(ROOT, 'docs'), { recursive: true });
await writeFile(path.join(ROOT, 'docs/keys.md'), keysDocument());
process.stdout.write('docs/keys.md\n');
