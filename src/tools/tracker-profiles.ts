/**
 * Trackers under a name: a folder of `.thost` files as BitTornado's maker has them, a dictionary of
 * `announce` and `announce-list`. A profile may also be named by the path of such a file.
 */
import { mkdir, readdir, unlink } from 'node:fs/promises';
import path from 'node:path';
import { type BencodeDict, isBencodeDict } from '../bencode/bencode-value.js';
import { decodeBencode } from '../bencode/decode.js';
import { encodeBencode } from '../bencode/encode.js';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { atomicWrite } from '../state/atomic-write.js';
import { planTiers } from './announce-plan.js';
import { readTorrentFile } from './read-torrent-file.js';
import { ToolsError } from './tools-error.js';
import { readField, readTierTexts } from './torrent-fields.js';
import { checkTorrentName } from './torrent-name.js';

const SUFFIX = '.thost';
/** More are a mistake, and would not fit on any screen. */
const MAX_PROFILES = 1000;

export interface ProfileTrackers {
	/** The main one; undefined when only the tiers say it. */
	readonly announce: string | undefined;
	readonly tiers: readonly (readonly string[])[];
}

/** Names of the profiles in the folder, sorted; none when there is no folder. */
export async function profileNames(folder: string): Promise<readonly string[]> {
	const names = await readdir(folder).catch((error: unknown) => {
		if (errorCode(error) === 'ENOENT') return [];
		throw new ToolsError('TOOLS_UNREADABLE', folder, errorMessage(error), { cause: error });
	});
	return names
		.filter((name) => name.endsWith(SUFFIX) && name !== SUFFIX)
		.map((name) => name.slice(0, -SUFFIX.length))
		.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
		.slice(0, MAX_PROFILES);
}

/**
 * Reads a profile of the folder, or a `.thost` file anywhere.
 * @param nameOrPath - a path has a slash or ends in `.thost`
 * @throws {ToolsError} `TOOLS_NOT_FOUND` that names the profiles there are, `TOOLS_NO_TRACKER`, and others
 */
export async function readProfile(
	folder: string,
	nameOrPath: string,
	currentDir: string,
): Promise<ProfileTrackers> {
	const isPath = nameOrPath.includes('/') || nameOrPath.endsWith(SUFFIX);
	if (isPath) return readProfileFile(path.resolve(currentDir, nameOrPath));
	try {
		return await readProfileFile(profilePath(folder, nameOrPath));
	} catch (cause) {
		if (errorCode(cause) !== 'TOOLS_NOT_FOUND') throw cause;
		const names = await profileNames(folder);
		const known = names.length === 0 ? 'none is saved' : `there are ${names.join(', ')}`;
		const message = `no profile "${nameOrPath.slice(0, 100)}" in ${folder}; ${known}`;
		throw new ToolsError('TOOLS_NOT_FOUND', folder, message, { cause });
	}
}

/**
 * @throws {ToolsError} as `readTorrentFile` does; `TOOLS_BAD_OPTION` for a file of another kind or a
 * URL that is none; `TOOLS_NO_TRACKER`
 */
export async function readProfileFile(filePath: string): Promise<ProfileTrackers> {
	const { bytes } = await readTorrentFile(filePath);
	const root = parseProfile(bytes, filePath);
	const announce = readField(root, 'announce');
	const main = typeof announce === 'string' && announce.trim() !== '' ? announce : undefined;
	try {
		const plan = planTiers(main, readTierTexts(root));
		if (plan.announce === undefined)
			throw new ToolsError('TOOLS_NO_TRACKER', filePath, `${filePath} names no tracker`);
		return plan;
	} catch (error) {
		if (!(error instanceof ToolsError) || error.code !== 'TOOLS_BAD_OPTION') throw error;
		const message = `${filePath}: ${error.message}`;
		throw new ToolsError('TOOLS_BAD_OPTION', filePath, message, { cause: error });
	}
}

/**
 * Writes a profile, over one of the same name.
 * @throws {ToolsError} `TOOLS_BAD_NAME`, `TOOLS_UNWRITABLE`
 * @throws {StateError} `STATE_WRITE_FAILED`
 */
export async function writeProfile(
	folder: string,
	name: string,
	{ announce, tiers }: ProfileTrackers,
): Promise<void> {
	const filePath = profilePath(folder, name);
	const values = new Map<string, string | readonly (readonly string[])[]>();
	if (announce !== undefined) values.set('announce', announce);
	if (tiers.flat().length > 1) values.set('announce-list', tiers);
	try {
		await mkdir(folder, { recursive: true });
	} catch (cause) {
		throw new ToolsError('TOOLS_UNWRITABLE', folder, errorMessage(cause), { cause });
	}
	await atomicWrite(filePath, encodeBencode(values));
}

/** One that is gone already is no error. */
export async function removeProfile(folder: string, name: string): Promise<void> {
	try {
		await unlink(profilePath(folder, name));
	} catch (cause) {
		if (errorCode(cause) === 'ENOENT') return;
		if (cause instanceof ToolsError) throw cause;
		throw new ToolsError('TOOLS_UNWRITABLE', folder, errorMessage(cause), { cause });
	}
}

function profilePath(folder: string, name: string): string {
	checkTorrentName(name);
	return path.join(folder, name + SUFFIX);
}

function parseProfile(bytes: Uint8Array, filePath: string): BencodeDict {
	try {
		const root = decodeBencode(bytes);
		if (isBencodeDict(root)) return root;
	} catch (cause) {
		throw notProfile(filePath, errorMessage(cause), { cause });
	}
	throw notProfile(filePath, 'expected a dictionary');
}

function notProfile(filePath: string, reason: string, options?: { cause?: unknown }): ToolsError {
	const message = `${filePath} is no tracker profile: ${reason}`;
	return new ToolsError('TOOLS_BAD_OPTION', filePath, message, options);
}
