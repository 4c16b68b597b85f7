/**
 * Finds the collection of other projects' test files, which is not part of this repository:
 * `BTMANY_CORPUS`, or `../shared/corpus` beside the project.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The collection's folder, or undefined where it is not there. */
export function corpusFolder(): string | undefined {
	const folder = resolve(process.env['BTMANY_CORPUS'] ?? '../shared/corpus');
	return existsSync(join(folder, 'INDEX.tsv')) ? folder : undefined;
}

/** The rows of a table below its header, as records by column name. */
export function readTable(folder: string, name: string): Map<string, string>[] {
	const [header = '', ...lines] = readFileSync(join(folder, name), 'utf8').split('\n');
	const columns = header.split('\t');
	return lines
		.filter((line) => line !== '')
		.map((line) => {
			const cells = line.split('\t');
			return new Map(columns.map((column, index) => [column, cells[index] ?? '']));
		});
}

/** A cell that must not be missing: a renamed column fails loudly instead of testing nothing. */
export function cell(row: ReadonlyMap<string, string>, column: string): string {
	const value = row.get(column);
	if (value === undefined) throw new Error(`The table has no column ${column}`);
	return value;
}
