/** The files of a torrent as a tree of lines. */
import { cleanText } from '../../primitives/clean-text.js';
import { formatSize } from './format.js';

export interface TreeFile {
	readonly path: readonly string[];
	readonly lengthBytes: number;
}

interface Folder {
	readonly folders: Map<string, Folder>;
	readonly entries: ({ readonly name: string } & (
		| { readonly folder: Folder }
		| { readonly lengthBytes: number }
	))[];
}

/** Lines without ends, cleaned, in the order of the torrent; a folder stands where its first file does. */
export function fileTree(name: string, files: readonly TreeFile[]): string[] {
	const top = newFolder();
	for (const { lengthBytes, path } of files) {
		let folder = top;
		for (const element of path.slice(0, -1)) folder = subFolder(folder, element);
		folder.entries.push({ name: path.at(-1) ?? '', lengthBytes });
	}
	const lines = [`${cleanText(name)}/`];
	addLines(top, '', lines);
	return lines;
}

function newFolder(): Folder {
	return { folders: new Map(), entries: [] };
}

function subFolder(parent: Folder, name: string): Folder {
	const known = parent.folders.get(name);
	if (known !== undefined) return known;
	const folder = newFolder();
	parent.folders.set(name, folder);
	parent.entries.push({ name, folder });
	return folder;
}

/** Depth is bounded: a torrent's path has at most a hundred elements. */
function addLines(folder: Folder, indent: string, lines: string[]): void {
	for (const [i, entry] of folder.entries.entries()) {
		const isLast = i === folder.entries.length - 1;
		const name = `${indent}${isLast ? '└── ' : '├── '}${cleanText(entry.name)}`;
		if ('folder' in entry) {
			lines.push(`${name}/`);
			addLines(entry.folder, `${indent}${isLast ? '    ' : '│   '}`, lines);
		} else lines.push(`${name}  ${formatSize(entry.lengthBytes)}`);
	}
}
