/**
 * Keeps the files of one torrent apart. Two paths that a file system might take for one (same bytes,
 * another case, another Unicode normalisation), or a file where another path needs a folder, would
 * overwrite each other: the later file gets a number before its extension, `bar.1.txt`.
 */
import { numberElement } from './safe-path.js';

const ROOT = 0;

/**
 * The same paths in the same order, each different from all others. The result depends on the
 * arguments only, and first comers keep their names, so that every session finds the same files.
 *
 * @param paths - cleaned elements; at least one each
 */
export function uniquePaths(paths: readonly (readonly string[])[]): (readonly string[])[] {
	const folders = new Folders();
	const parents = paths.map((path) => folders.addParents(path));
	const taken = new Set<string>();
	const unique: (readonly string[])[] = [...paths];
	const colliding: number[] = [];
	for (const [index, path] of paths.entries()) {
		const key = entryKey(parents[index] ?? ROOT, path.at(-1) ?? '');
		if (taken.has(key) || folders.has(key)) colliding.push(index);
		else taken.add(key);
	}
	// One counter for each name: thousands of files of the same name stay cheap.
	const counters = new Map<string, number>();
	for (const index of colliding) {
		const path = paths[index] ?? [];
		const parent = parents[index] ?? ROOT;
		const name = path.at(-1) ?? '';
		const wanted = entryKey(parent, name);
		let number = counters.get(wanted) ?? 0;
		let renamed: string;
		let key: string;
		do {
			renamed = numberElement(name, ++number);
			key = entryKey(parent, renamed);
		} while (taken.has(key) || folders.has(key));
		counters.set(wanted, number);
		taken.add(key);
		unique[index] = [...path.slice(0, -1), renamed];
	}
	return unique;
}

/** Every folder gets a number: keys stay short however deep the paths are. */
class Folders {
	readonly #idsByKey = new Map<string, number>();

	/** The number of the folder a path is in, which exists from now on with all its parents. */
	addParents(path: readonly string[]): number {
		let id = ROOT;
		for (let depth = 0; depth < path.length - 1; depth++) {
			const key = entryKey(id, path[depth] ?? '');
			const known = this.#idsByKey.get(key);
			id = known ?? this.#idsByKey.size + 1;
			if (known === undefined) this.#idsByKey.set(key, id);
		}
		return id;
	}

	has(key: string): boolean {
		return this.#idsByKey.has(key);
	}
}

function entryKey(parent: number, name: string): string {
	return `${parent}/${foldCase(name)}`;
}

/** Equal for all names some file system takes for the same. */
function foldCase(name: string): string {
	if (/^[ -~]*$/.test(name)) return name.toLowerCase();
	return name.normalize('NFC').toUpperCase().toLowerCase().normalize('NFC');
}
