/**
 * What BitTornado's btshowmetainfo printed, byte for byte; only characters that could steer the
 * terminal are replaced. It showed names as they stand in the file, and so does this.
 */
import path from 'node:path';
import { cleanText } from '../../primitives/clean-text.js';
import type { ClassicFacts } from '../../tools/classic-facts.js';

/** Printed once, before the first file. */
export const CLASSIC_BANNER = 'btshowmetainfo 20030621 - decode BitTorrent metainfo files\n\n';

/** Lines with their ends. */
export function classicText(file: string, facts: ClassicFacts): string {
	const { announce, announceList, comment, files, httpSeeds, infohash, name } = facts;
	const { pieceLengthBytes, totalBytes } = facts;
	const lines = [`metainfo file.: ${path.basename(file)}`, `info hash.....: ${infohash}`];
	if (files === undefined) lines.push(`file name.....: ${name}`);
	else {
		lines.push(`directory name: ${name}`, 'files.........: ');
		for (const each of files) lines.push(`   ${each.path.join('/')} (${each.lengthBytes})`);
	}
	const full = Math.floor(totalBytes / pieceLengthBytes);
	const arithmetic = `(${full} * ${pieceLengthBytes} + ${totalBytes % pieceLengthBytes})`;
	lines.push(
		`${files === undefined ? 'file size.....:' : 'archive size..:'} ${totalBytes} ${arithmetic}`,
	);
	// The original ended with a Python error here when there was none.
	if (announce !== undefined) lines.push(`announce url..: ${announce}`);
	if (announceList !== undefined) lines.push(`announce-list.: ${announceList}`);
	if (httpSeeds !== undefined) lines.push(`http seeds....: ${httpSeeds}`);
	const text = lines.map((line) => `${cleanText(line)}\n`).join('');
	return comment === undefined ? text : `${text}comment.......: ${cleanLines(comment)}\n`;
}

function cleanLines(text: string): string {
	return text.split('\n').map(cleanText).join('\n');
}
