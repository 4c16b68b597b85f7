/** Long text over several lines. */
import { clipText, dropColumns, textWidth } from '../primitives/fit-text.js';

/** Cleaned text in lines of at most `width` columns, broken at spaces where there are any. */
export function wrapText(text: string, width: number): readonly string[] {
	if (width <= 0) return [];
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const joined = line === '' ? word : `${line} ${word}`;
		if (textWidth(joined) <= width) {
			line = joined;
			continue;
		}
		if (line !== '') lines.push(line);
		line = word;
		while (textWidth(line) > width) {
			const head = clipText(line, width, '');
			if (head === '') return [...lines, '?']; // A character wider than the line.
			lines.push(head);
			line = dropColumns(line, textWidth(head));
		}
	}
	return line === '' && lines.length > 0 ? lines : [...lines, line];
}
