/** What the options of `btmany make` say, all mistakes at once. */
import path from 'node:path';
import type { Mistake } from '../../config/mistake.js';
import { errorMessage } from '../../primitives/app-error.js';
import { type AnnouncePlan, planAnnounce, readSeedUrls } from '../../tools/announce-plan.js';
import { compileExcludes } from '../../tools/glob.js';
import type { MakeOptions } from '../../tools/make-torrent.js';
import { readPieceLength } from '../../tools/piece-length.js';
import { ToolsError } from '../../tools/tools-error.js';
import type { CommandFlags } from '../command-options.js';

/** What holds for every PATH; date and default author come from the caller. */
export interface MakeSettings {
	readonly torrent: Omit<MakeOptions, 'inputPath' | 'createdBy' | 'creationDateSeconds'>;
	/** As the user wrote it, made absolute; undefined to write beside the data. */
	readonly outputPath: string | undefined;
	/** `--output` ends in a slash. */
	readonly isOutputFolder: boolean;
	readonly isForced: boolean;
	readonly isDated: boolean;
	/** Undefined when not given. */
	readonly createdBy: string | undefined;
}

export type SettingsReading =
	| { readonly ok: true; readonly settings: MakeSettings }
	| { readonly ok: false; readonly mistakes: readonly Mistake[] };

/** @param flags - of the command line, by option name */
export function readMakeSettings(flags: CommandFlags, currentDir: string): SettingsReading {
	const mistakes: Mistake[] = [];
	const all = (name: string): readonly string[] => flags.get(name) ?? [];
	const last = (name: string): string | undefined => all(name).at(-1);
	const text = (name: string): string | undefined => last(name) || undefined;
	const read = <T>(name: string, reading: () => T, otherwise: T): T => {
		try {
			return reading();
		} catch (error) {
			if (!(error instanceof ToolsError)) throw error;
			mistakes.push({ origin: `--${name}`, message: errorMessage(error) });
			return otherwise;
		}
	};
	const noTrackers: AnnouncePlan = { announce: undefined, tiers: [], notes: [] };
	const main = read('announce', () => planAnnounce(last('announce'), undefined), noTrackers);
	const trackers = read(
		'announce-list',
		() => planAnnounce(main.announce, last('announce-list')),
		noTrackers,
	);
	const lengthText = last('piece-length') ?? 'auto';
	const pieceLengthBytes = read('piece-length', () => readPieceLength(lengthText), undefined);
	const webSeeds = read('web-seed', () => readSeedUrls(all('web-seed')), []);
	const httpSeeds = read('http-seed', () => readSeedUrls(all('http-seed')), []);
	const excludes = all('exclude');
	read(
		'exclude',
		() => compileExcludes(excludes),
		() => false,
	);
	const output = last('output');
	if (output === '') mistakes.push({ origin: '--output', message: 'expected a path behind it' });
	if (mistakes.length > 0) return { ok: false, mistakes };
	return {
		ok: true,
		settings: {
			torrent: {
				trackers,
				pieceLengthBytes,
				isPrivate: flags.has('private'),
				source: text('source'),
				comment: text('comment'),
				webSeeds,
				httpSeeds,
				excludes,
				followLinks: flags.has('follow-symlinks'),
				isAligned: flags.has('align'),
			},
			outputPath: output === undefined ? undefined : path.resolve(currentDir, output),
			isOutputFolder: output?.endsWith('/') ?? false,
			isForced: flags.has('force'),
			isDated: !flags.has('no-date'),
			createdBy: last('created-by'),
		},
	};
}
