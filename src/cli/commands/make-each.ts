/** `btmany make-each DIR...`: a `.torrent` for each entry of a folder that has none yet. */
import type { Dirent } from 'node:fs';
import { access, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errorMessage } from '../../primitives/app-error.js';
import { ToolsError } from '../../tools/tools-error.js';
import { isTorrentFileName } from '../../tools/torrent-name.js';
import { besideInput } from '../../tools/write-torrent.js';
import type { CommandContext } from '../command-context.js';
import type { CommandFlags } from '../command-options.js';
import { EXIT_CODES, type ExitCode } from '../exit-codes.js';
import { tellToolError } from '../output/tool-error.js';
import { tellMistakes } from '../tell-mistakes.js';
import { loadMakeSettings } from './make-profile.js';
import { type MakeTask, makeTorrents, tellSkipped } from './make-run.js';
import type { MakeSettings } from './make-settings.js';

/** @returns 0 all made, 1 some failed, 2 wrong options, 3 stopped, 130 after SIGINT */
export async function makeEach(
	folders: readonly string[],
	flags: CommandFlags,
	context: CommandContext,
): Promise<number> {
	const { io } = context;
	const reading = await loadMakeSettings(flags, context);
	if (!reading.ok) {
		tellMistakes(io.stderr, reading.mistakes);
		return EXIT_CODES.usage;
	}
	const { settings } = reading;
	const { outputPath } = settings;
	if (outputPath !== undefined && !(await isFolder(outputPath))) {
		tellMistakes(io.stderr, [{ origin: '--output', message: `${outputPath} is no folder` }]);
		return EXIT_CODES.usage;
	}
	const tasks = new Map<string, MakeTask>();
	let listed: ExitCode = EXIT_CODES.done;
	for (const folder of folders) {
		try {
			await addTasks(path.resolve(io.currentDir, folder), settings, tasks, context);
		} catch (error) {
			if (!(error instanceof ToolsError)) throw error;
			tellToolError(folder, error, context);
			listed = EXIT_CODES.failed;
		}
	}
	const made = await makeTorrents([...tasks.values()], settings, context);
	return made === EXIT_CODES.done ? listed : made;
}

/** By output path: of two entries that would be written to one `.torrent` the first is made. */
async function addTasks(
	folder: string,
	settings: MakeSettings,
	tasks: Map<string, MakeTask>,
	context: CommandContext,
): Promise<void> {
	for (const entry of await listEntries(folder)) {
		const { name } = entry;
		const inputPath = path.join(folder, name);
		if (name.startsWith('.') || isTorrentFileName(name)) continue;
		if (inputPath === settings.outputPath) continue;
		if (entry.isSymbolicLink() && !settings.torrent.followLinks) {
			tellSkipped(inputPath, 'it is a symbolic link; --follow-symlinks takes it', context);
			continue;
		}
		const outputPath = besideInput(
			settings.outputPath === undefined ? inputPath : path.join(settings.outputPath, name),
		);
		if (tasks.has(outputPath))
			tellSkipped(inputPath, `another entry is written to ${outputPath}`, context);
		else if (!settings.isForced && (await exists(outputPath)))
			tellSkipped(inputPath, 'its .torrent is there already', context);
		else tasks.set(outputPath, { inputPath, outputPath, mayBeEmpty: true });
	}
}

async function listEntries(folder: string): Promise<readonly Dirent[]> {
	try {
		const entries = await readdir(folder, { withFileTypes: true });
		return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
	} catch (cause) {
		const message = `Cannot list ${folder}: ${errorMessage(cause)}`;
		throw new ToolsError('TOOLS_UNREADABLE', folder, message, { cause });
	}
}

async function isFolder(folder: string): Promise<boolean> {
	return stat(folder).then(
		(facts) => facts.isDirectory(),
		() => false,
	);
}

async function exists(file: string): Promise<boolean> {
	return access(file).then(
		() => true,
		() => false,
	);
}
