/** Says what is wrong with the command line, a line each. */
import { type Mistake, mistakeLine } from '../config/mistake.js';
import { cleanText } from '../primitives/clean-text.js';
import type { TextOutput } from './io.js';

export function tellMistakes(stderr: TextOutput, mistakes: readonly Mistake[]): void {
	for (const mistake of mistakes) {
		const line = cleanText(mistakeLine(mistake));
		stderr.write(`${line.startsWith('btmany') ? '' : 'btmany: '}${line}\n`);
	}
}
