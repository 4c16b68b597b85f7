/** Where a new `.torrent` goes, and writing it: whole or not at all. */
import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { errorCode } from '../primitives/app-error.js';
import { atomicWrite } from '../state/atomic-write.js';
import { ToolsError } from './tools-error.js';

/** As any new file; the user's mask is taken off by the system. */
const TORRENT_MODE = 0o666;

export interface OutputRules {
	readonly inputPath: string;
	readonly outputPath: string;
	/** An existing file may be replaced. */
	readonly isForced: boolean;
}

/** `data.torrent` beside `data`. */
export function besideInput(inputPath: string): string {
	return `${inputPath}.torrent`;
}

/**
 * To be asked before hashing starts, and again by `writeTorrent`.
 * @throws {ToolsError} `TOOLS_OUTPUT_EXISTS`; `TOOLS_OUTPUT_INSIDE` when it would lie in the folder
 * it describes, which would then not be what the torrent says; `TOOLS_NOT_FOUND` without a folder
 */
export async function refuseOutput(rules: OutputRules): Promise<void> {
	const { inputPath, isForced, outputPath } = rules;
	const folder = path.dirname(outputPath);
	const realFolder = await realpath(folder).catch((cause: unknown) => {
		throw new ToolsError('TOOLS_NOT_FOUND', folder, `${folder}: No such folder`, { cause });
	});
	const realInput = await realpath(inputPath).catch(() => inputPath);
	const inside = path.relative(realInput, path.join(realFolder, path.basename(outputPath)));
	const isOutside = inside === '..' || inside.startsWith(`..${path.sep}`);
	if (!isOutside && !path.isAbsolute(inside))
		throw new ToolsError(
			'TOOLS_OUTPUT_INSIDE',
			outputPath,
			`${outputPath} would be part of what it describes; choose another place with --output`,
		);
	const existing = await lstat(outputPath).catch((error: unknown) => {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	});
	if (existing === undefined || (isForced && existing.isFile())) return;
	const hint = existing.isFile() ? 'is there already; --force replaces it' : 'is not a file';
	throw new ToolsError('TOOLS_OUTPUT_EXISTS', outputPath, `${outputPath} ${hint}`);
}

/**
 * Writes the file by way of a temporary one beside it.
 * @throws {ToolsError} see `refuseOutput`
 * @throws {StateError} `STATE_WRITE_FAILED`
 */
export async function writeTorrent(rules: OutputRules, bytes: Uint8Array): Promise<void> {
	await refuseOutput(rules);
	await atomicWrite(rules.outputPath, bytes, undefined, TORRENT_MODE);
}
