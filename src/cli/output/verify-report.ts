/** What a comparison of data with its torrent found, as lines and as an object. */
import type { Metainfo } from '../../metainfo/metainfo.js';
import { cleanText } from '../../primitives/clean-text.js';
import type { FileState, FileVerdict, PayloadVerdict } from '../../tools/verify-payload.js';
import { formatPercent, formatSize } from './format.js';

const STATE_WORDS: Readonly<Record<FileState, string>> = {
	ok: 'ok',
	missing: 'missing',
	'not-a-file': 'no file',
	unreadable: 'unreadable',
	short: 'too short',
	long: 'too long',
	damaged: 'damaged',
	unproven: 'unproven',
};
const STATE_COLUMNS = 12;
/** Ranges of pieces printed; the rest is counted. */
const MAX_RANGES = 20;

/** A line for each file, then what does not belong there, then the sum; cleaned, with their ends. */
export function verifyText(file: string, metainfo: Metainfo, verdict: PayloadVerdict): string {
	const lines = verdict.files.map(fileLine);
	for (const extra of verdict.extraFiles) lines.push(`${'extra'.padEnd(STATE_COLUMNS)}${extra}`);
	lines.push(...pieceLines('Bad pieces', verdict.badPieces));
	lines.push(...pieceLines('Missing pieces', verdict.missingPieces));
	lines.push(`${file}: ${sumText(metainfo, verdict)}`);
	return lines.map((line) => `${cleanText(line)}\n`).join('');
}

/** For `--json`, without its time. */
export function verifyObject(file: string, metainfo: Metainfo, verdict: PayloadVerdict): object {
	const { badPieces, extraFiles, files, goodBytes, goodPieces, isComplete } = verdict;
	return {
		type: 'verified',
		path: cleanText(file),
		payloadPath: cleanText(verdict.payloadPath),
		infohash: metainfo.infohash,
		name: cleanText(metainfo.name),
		isComplete,
		pieceCount: metainfo.pieceCount,
		goodPieces,
		totalBytes: metainfo.totalBytes,
		goodBytes,
		badPieces,
		missingPieces: verdict.missingPieces,
		files: files.map((each) => ({ ...each, path: cleanText(each.path) })),
		extraFiles: extraFiles.map(cleanText),
		notes: verdict.notes.map(cleanText),
	};
}

function fileLine(file: FileVerdict): string {
	return `${STATE_WORDS[file.state].padEnd(STATE_COLUMNS)}${file.path}${detail(file)}`;
}

function detail({ foundBytes, lengthBytes, pieceCount, state, wrongPieces }: FileVerdict): string {
	const share = `${wrongPieces} of its ${pieceCount} pieces`;
	if (state === 'short' || state === 'long') return ` (${foundBytes ?? 0} of ${lengthBytes} bytes)`;
	if (state === 'damaged') return ` (${share} wrong)`;
	if (state === 'unproven') return ` (${share} shared with a file that is not all there)`;
	return '';
}

function pieceLines(label: string, pieces: readonly number[]): string[] {
	if (pieces.length === 0) return [];
	const ranges: { first: number; last: number }[] = [];
	for (const piece of pieces) {
		const open = ranges.at(-1);
		if (open !== undefined && open.last === piece - 1) open.last = piece;
		else ranges.push({ first: piece, last: piece });
	}
	const shown = ranges
		.slice(0, MAX_RANGES)
		.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
	const more = ranges.length > MAX_RANGES ? ', …' : '';
	return [`${label} (${pieces.length}): ${shown.join(', ')}${more}`];
}

function sumText(metainfo: Metainfo, verdict: PayloadVerdict): string {
	const { extraFiles, files, goodBytes, goodPieces, isComplete } = verdict;
	const extra = extraFiles.length === 0 ? '' : `, ${extraFiles.length} extra`;
	const pieces = `${goodPieces} of ${metainfo.pieceCount} pieces`;
	const amount = `${formatSize(goodBytes)} of ${formatSize(metainfo.totalBytes)}`;
	const okFiles = files.filter(({ state }) => state === 'ok').length;
	const sum = `${okFiles} of ${files.length} files ok${extra}, ${pieces}, ${amount}`;
	const share = formatPercent(goodBytes / metainfo.totalBytes);
	return isComplete ? `complete; ${sum}` : `NOT complete, ${share}; ${sum}`;
}
