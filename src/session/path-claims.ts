/** Which torrent writes which path, so that no two ever write the same. Pure. */
import path from 'node:path';
import type { Infohash } from '../primitives/infohash.js';

export class PathClaims {
	readonly #files = new Map<string, Infohash>();
	/** Folders that hold somebody's files, and how many of them. */
	readonly #folders = new Map<string, Map<Infohash, number>>();

	/**
	 * Claims all paths, or none.
	 * @param root - claims of folders stop here
	 * @returns the torrent that is in the way, or undefined when the claim was made
	 */
	claim(infohash: Infohash, root: string, files: readonly string[]): Infohash | undefined {
		for (const file of files) {
			const owner = this.#ownerOf(file, root);
			if (owner !== undefined && owner !== infohash) return owner;
		}
		for (const file of files) {
			if (this.#files.get(file) === infohash) continue;
			this.#files.set(file, infohash);
			for (const folder of foldersAbove(file, root)) {
				const owners = this.#folders.get(folder) ?? new Map<Infohash, number>();
				owners.set(infohash, (owners.get(infohash) ?? 0) + 1);
				this.#folders.set(folder, owners);
			}
		}
		return undefined;
	}

	release(infohash: Infohash, root: string, files: readonly string[]): void {
		for (const file of files) {
			if (this.#files.get(file) !== infohash) continue;
			this.#files.delete(file);
			for (const folder of foldersAbove(file, root)) this.#releaseFolder(folder, infohash);
		}
	}

	/** Somebody's file at this path, at a folder above it, or below it when it is itself a file. */
	#ownerOf(file: string, root: string): Infohash | undefined {
		const exact = this.#files.get(file);
		if (exact !== undefined) return exact;
		for (const folder of foldersAbove(file, root)) {
			const owner = this.#files.get(folder);
			if (owner !== undefined) return owner;
		}
		const [below] = this.#folders.get(file)?.keys() ?? [];
		return below;
	}

	#releaseFolder(folder: string, infohash: Infohash): void {
		const owners = this.#folders.get(folder);
		const left = (owners?.get(infohash) ?? 0) - 1;
		if (owners === undefined) return;
		if (left > 0) owners.set(infohash, left);
		else owners.delete(infohash);
		if (owners.size === 0) this.#folders.delete(folder);
	}
}

function foldersAbove(file: string, root: string): string[] {
	const folders: string[] = [];
	for (
		let folder = path.dirname(file);
		folder.length > root.length;
		folder = path.dirname(folder)
	) {
		folders.push(folder);
	}
	return folders;
}
