/** Reads the TOML configuration file into option texts. The file is never written. */
import { errorMessage } from '../primitives/app-error.js';
import { closest } from './closest.js';
import { didYouMean, type Mistake } from './mistake.js';
import { OPTION_ROWS } from './options.js';

/** What the file says about one option. */
export interface FileEntry {
	readonly texts: readonly string[];
	/** `/home/me/.config/btmany/config.toml:3`. */
	readonly origin: string;
}

export interface ConfigFile {
	readonly entriesByName: ReadonlyMap<string, FileEntry>;
	readonly mistakes: readonly Mistake[];
}

/**
 * Parses a configuration file: one `name = value` a line, names as on the command line.
 * @param filePath - only for messages
 */
export async function parseConfigFile(filePath: string, text: string): Promise<ConfigFile> {
	const { parse, TomlError } = await import('smol-toml');
	let table: Readonly<Record<string, unknown>>;
	try {
		table = parse(text);
	} catch (error) {
		const line = error instanceof TomlError ? `:${error.line}` : '';
		const reason = errorMessage(error).split('\n')[0] ?? '';
		const message = reason.replace(/^Invalid TOML document: /, 'Not valid TOML: ');
		return { entriesByName: new Map(), mistakes: [{ origin: `${filePath}${line}`, message }] };
	}
	const entriesByName = new Map<string, FileEntry>();
	const mistakes: Mistake[] = [];
	for (const [name, value] of Object.entries(table)) {
		const origin = `${filePath}${lineOf(text, name)}`;
		const row = OPTION_ROWS.find((candidate) => candidate.name === name);
		if (row === undefined) {
			mistakes.push({ origin, message: unknownOption(name) });
		} else if (!row.isInFile) {
			mistakes.push({ origin, message: `Option ${name} cannot be set in the file itself` });
		} else {
			const texts = textsOf(value, row.type.isRepeatable);
			if (texts === undefined)
				mistakes.push({ origin, message: `${name}: ${wrongShape(row.type.isRepeatable)}` });
			else entriesByName.set(name, { texts, origin });
		}
	}
	return { entriesByName, mistakes };
}

function unknownOption(name: string): string {
	const names = OPTION_ROWS.filter((row) => row.isInFile).map((row) => row.name);
	return `Unknown option ${name}${didYouMean(closest(name.toLowerCase().replaceAll('_', '-'), names))}`;
}

function wrongShape(isRepeatable: boolean): string {
	return isRepeatable
		? 'expected a text or a list of texts'
		: 'expected a text, a number or true or false';
}

function textsOf(value: unknown, isRepeatable: boolean): readonly string[] | undefined {
	if (Array.isArray(value)) {
		if (!isRepeatable) return undefined;
		const texts = value.map(scalarText);
		return texts.every((text) => text !== undefined) ? texts : undefined;
	}
	const text = scalarText(value);
	return text === undefined ? undefined : [text];
}

function scalarText(value: unknown): string | undefined {
	if (typeof value === 'string') return value;
	return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined;
}

/** The parser keeps no positions; the key is looked up in the text, which is right for flat files. */
function lineOf(text: string, name: string): string {
	const lines = text.split('\n');
	const index = lines.findIndex((line) => {
		const start = line.trimStart().replace(/^\[\[?\s*/, '');
		const bare = start.replace(/^["']/, '');
		return bare.startsWith(name) && /^["']?\s*[=.\]]/.test(bare.slice(name.length));
	});
	return index === -1 ? '' : `:${index + 1}`;
}
