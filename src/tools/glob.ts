/** Patterns of names to leave out: `*` and `?` within one name, `**` across folders, `[a-z]`. */
import { ToolsError } from './tools-error.js';

const MAX_PATTERN_CHARACTERS = 1000;

/**
 * Compiles patterns. One without a slash is compared with every name; one with a slash with the
 * path below the input, from its start. A folder that matches is left out whole.
 * @returns tells whether a path below the input, its elements joined by slashes, is left out
 * @throws {ToolsError} `TOOLS_BAD_OPTION`
 */
export function compileExcludes(patterns: readonly string[]): (relativePath: string) => boolean {
	const byName: RegExp[] = [];
	const byPath: RegExp[] = [];
	for (const pattern of patterns) {
		const bare = pattern.replace(/\/+$/, '');
		if (bare === '' || bare.length > MAX_PATTERN_CHARACTERS)
			throw new ToolsError(
				'TOOLS_BAD_OPTION',
				undefined,
				`expected a pattern such as "*.tmp" or "cache/**", got "${pattern.slice(0, 40)}"`,
			);
		if (bare.includes('/')) byPath.push(globExpression(bare.replace(/^\.?\/+/, '')));
		else byName.push(globExpression(bare));
	}
	return (relativePath) => {
		const name = relativePath.slice(relativePath.lastIndexOf('/') + 1);
		return (
			byName.some((expression) => expression.test(name)) ||
			byPath.some((expression) => expression.test(relativePath))
		);
	};
}

function globExpression(pattern: string): RegExp {
	let source = '';
	for (let at = 0; at < pattern.length; ) {
		const rest = pattern.slice(at);
		const set = /^\[([!^]?)(\]?[^\]]*)\]/.exec(rest);
		if (rest.startsWith('**/')) {
			source += '(?:.*/)?';
			at += 3;
		} else if (rest.startsWith('**')) {
			source += '.*';
			at += 2;
			// Runs of stars would make matching slow and mean nothing more.
			while (pattern[at] === '*') at++;
		} else if (set !== null) {
			source += `(?!/)[${set[1] === '' ? '' : '^'}${(set[2] ?? '').replace(/[\\\]^[]/g, '\\$&')}]`;
			at += set[0].length;
		} else {
			const character = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
			if (character === '*') source += '[^/]*';
			else if (character === '?') source += '[^/]';
			else source += character.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
			at += character.length;
		}
	}
	try {
		return new RegExp(`^${source}$`, 'su');
	} catch (cause) {
		const message = `expected a pattern such as "[a-z]*", got "${pattern.slice(0, 40)}"`;
		throw new ToolsError('TOOLS_BAD_OPTION', undefined, message, { cause });
	}
}
