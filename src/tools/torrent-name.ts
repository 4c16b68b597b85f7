/** Names that a torrent may be given. */
import path from 'node:path';
import { cleanElement, isNoName } from '../metainfo/safe-path.js';
import { ToolsError } from './tools-error.js';

/**
 * Refuses a name that this program, or any careful client, would change before it saves data under it.
 * @returns what the user should know, a sentence each
 * @throws {ToolsError} `TOOLS_BAD_NAME`
 */
export function checkTorrentName(name: string): readonly string[] {
	const shown = `"${name.slice(0, 100)}"`;
	const refuse = (reason: string): never => {
		throw new ToolsError('TOOLS_BAD_NAME', undefined, `${shown} ${reason}`);
	};
	if (/[/\\]/.test(name)) refuse('has a slash inside; expected a name, not a path');
	if (isNoName(name, 'posix')) refuse('is no name for a file or folder');
	if (cleanElement(name, 'posix') !== name)
		refuse('is too long or has control or invisible characters');
	return cleanElement(name, 'windows') === name
		? []
		: [`${shown} cannot be stored on Windows; clients there will use another name`];
}

/** A torrent, or one of our backups of it; nobody shares those. */
export function isTorrentFileName(name: string): boolean {
	return /\.torrent(?:\.bak(?:\.\d+)?)?$/i.test(name);
}

/** The `.torrent` file's own name without its ending. */
export function nameOfTorrentFile(torrentPath: string): string {
	return path.basename(torrentPath).replace(/\.torrent$/i, '');
}
