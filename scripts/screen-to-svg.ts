/** A terminal screen as SVG: cells become rectangles and text at fixed places. */
import { createRequire } from 'node:module';
import type * as Unicode11 from '@xterm/addon-unicode11';
import headless, { type IBufferCell } from '@xterm/headless';

/** Its default entry is CommonJS without names that can be imported. */
const { Unicode11Addon } = createRequire(import.meta.url)(
	'@xterm/addon-unicode11',
) as typeof Unicode11;

const CELL_WIDTH = 8.4;
const CELL_HEIGHT = 18;
const FONT_SIZE = 14;
const MARGIN = 12;
const FOREGROUND = '#d8dbe2';
const BACKGROUND = '#14171c';
const FONTS = "'DejaVu Sans Mono','Menlo','Consolas','Noto Sans Mono CJK JP',monospace";

/** Colours of a plain dark terminal, for the sixteen numbered ones. */
const PALETTE = [
	'#2e3440',
	'#e05a5a',
	'#6cb874',
	'#d9b75b',
	'#6c9fe0',
	'#b58ad9',
	'#5ac0c0',
	'#d8dbe2',
	'#7a8290',
	'#f07a7a',
	'#8fd497',
	'#f0d67a',
	'#8fb8f0',
	'#d0aef0',
	'#7fdada',
	'#ffffff',
];

/** Widths of U+258F to U+2588, eighths of a cell. */
const BLOCKS = ['▏', '▎', '▍', '▌', '▋', '▊', '▉', '█'];

/** Characters of the same look, next to each other on a line. */
interface Run {
	text: string;
	readonly column: number;
	columns: number;
	readonly style: string;
	readonly background: string | undefined;
}

/** Draws lines with SGR codes as a terminal of `columns` would show them. */
export async function screenToSvg(lines: readonly string[], columns: number): Promise<string> {
	const terminal = new headless.Terminal({
		cols: columns,
		rows: lines.length,
		allowProposedApi: true,
		scrollback: 0,
	});
	terminal.loadAddon(new Unicode11Addon());
	terminal.unicode.activeVersion = '11';
	await new Promise<void>((resolve) => {
		const text = lines.map((line, row) => `\u001b[${row + 1};1H${line}`).join('');
		terminal.write(`\u001b[?7l${text}`, resolve);
	});
	const shapes: string[] = [];
	const texts: string[] = [];
	for (let row = 0; row < lines.length; row++) {
		for (const run of runsOf(terminal, row)) drawRun(run, row, shapes, texts);
	}
	terminal.dispose();
	const width = number(columns * CELL_WIDTH + MARGIN * 2);
	const height = number(lines.length * CELL_HEIGHT + MARGIN * 2);
	return [
		`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
		`<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>`,
		`<g shape-rendering="crispEdges">`,
		...shapes,
		'</g>',
		`<g font-family="${FONTS}" font-size="${FONT_SIZE}" xml:space="preserve">`,
		...texts,
		'</g>',
		'</svg>',
		'',
	].join('\n');
}

function runsOf(terminal: headless.Terminal, row: number): readonly Run[] {
	const runs: Run[] = [];
	const line = terminal.buffer.active.getLine(row);
	let last: Run | undefined;
	for (let column = 0; column < terminal.cols; column++) {
		const cell = line?.getCell(column);
		if (cell === undefined || cell.getWidth() === 0) continue;
		const [style, background] = styleOf(cell);
		const text = cell.getChars() === '' ? ' ' : cell.getChars();
		// Fonts disagree on everything that is not ASCII: such characters are placed one by one.
		const isPlain = /^[\x20-\x7e]$/.test(text);
		if (isPlain && last !== undefined && last.style === style && last.background === background) {
			last.text += text;
			last.columns++;
			continue;
		}
		const run = { text, column, columns: cell.getWidth(), style, background };
		runs.push(run);
		last = isPlain ? run : undefined;
	}
	return runs;
}

function styleOf(cell: IBufferCell): readonly [style: string, background: string | undefined] {
	let foreground = colourOf(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor()) ?? FOREGROUND;
	let background = colourOf(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
	if (cell.isInverse() !== 0) [foreground, background] = [background ?? BACKGROUND, foreground];
	const weight = cell.isBold() !== 0 ? ' font-weight="bold"' : '';
	const dim = cell.isDim() !== 0 ? ' opacity="0.55"' : '';
	return [`fill="${foreground}"${weight}${dim}`, background];
}

function colourOf(isRgb: boolean, isPalette: boolean, value: number): string | undefined {
	if (isRgb) return `#${value.toString(16).padStart(6, '0')}`;
	return isPalette ? PALETTE[value] : undefined;
}

function drawRun(run: Run, row: number, shapes: string[], texts: string[]): void {
	const x = MARGIN + run.column * CELL_WIDTH;
	const y = MARGIN + row * CELL_HEIGHT;
	const width = run.columns * CELL_WIDTH;
	if (run.background !== undefined)
		shapes.push(rectangle(x, y, width, CELL_HEIGHT, `fill="${run.background}"`));
	const eighths = BLOCKS.indexOf(run.text) + 1;
	if (eighths > 0) {
		shapes.push(rectangle(x, y + 3, (width * eighths) / 8, CELL_HEIGHT - 6, run.style));
		return;
	}
	if (run.text === '─') {
		shapes.push(rectangle(x, y + CELL_HEIGHT / 2, width, 1, run.style));
		return;
	}
	if (run.text.trim() === '') return;
	const trimmed = run.text.trimEnd();
	const length = number(trimmed.length * CELL_WIDTH);
	const fixed = trimmed.length > 1 ? ` textLength="${length}" lengthAdjust="spacingAndGlyphs"` : '';
	texts.push(
		`<text x="${number(x)}" y="${number(y + 13.5)}" ${run.style}${fixed}>${escapeXml(trimmed)}</text>`,
	);
}

function rectangle(x: number, y: number, width: number, height: number, style: string): string {
	return `<rect x="${number(x)}" y="${number(y)}" width="${number(width)}" height="${number(height)}" ${style}/>`;
}

function number(value: number): string {
	return String(Math.round(value * 100) / 100);
}

function escapeXml(text: string): string {
	return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
