/**
 * Every option in one table: name, kind, group, default and one sentence.
 * The command line, the environment, the configuration file, `--help` and
 * docs/configuration.md are all made from it.
 */
import type { Endpoint } from '../primitives/endpoint.js';
import { LOG_LEVELS, type LogLevel } from '../primitives/logger.js';
import type { AppPaths } from './app-paths.js';
import {
	addressType,
	choiceType,
	countType,
	durationType,
	endpointsType,
	flagType,
	numberType,
	type OptionType,
	optional,
	type PortRange,
	pathType,
	portRangeType,
	rateType,
	ratioType,
	sizeType,
} from './option-types.js';

export const SAVE_AS = ['name', 'torrent', 'folder'] as const;
/** `name`: the torrent's own name; `torrent`: the `.torrent` file's name; `folder`: in a folder of that name. */
export type SaveAs = (typeof SAVE_AS)[number];

export const RECURSIVE = ['all', 'classic', 'none'] as const;
/** `classic` descends into a folder's children only when the folder itself holds no `.torrent`. */
export type Recursive = (typeof RECURSIVE)[number];

export const PREALLOCATE = ['sparse', 'full'] as const;
export type Preallocate = (typeof PREALLOCATE)[number];

/** Everything the user can decide, checked and in base units. 0 is "no limit" in every limit. */
export interface Options {
	readonly isHeadless: boolean;
	/** Implies headless. */
	readonly isJson: boolean;
	readonly summaryIntervalMs: number;
	readonly logLevel: LogLevel;
	readonly logFilePath: string | undefined;
	/** The configuration file the user asked for; undefined reads the default one if it is there. */
	readonly configPath: string | undefined;
	readonly stateDir: string;
	/** Undefined: beside the `.torrent`. */
	readonly downloadDir: string | undefined;
	readonly saveAs: SaveAs;
	readonly preallocate: Preallocate;
	readonly isSequential: boolean;
	readonly keepSeeding: boolean;
	readonly rescanIntervalMs: number;
	readonly recursive: Recursive;
	readonly ports: PortRange;
	/** Numeric; undefined is every local address. */
	readonly bindAddress: string | undefined;
	/** Numeric; sent to trackers as ours. */
	readonly announceAddress: string | undefined;
	readonly peers: readonly Endpoint[];
	/** Download from HTTP seeds too (BEP 17, BEP 19). */
	readonly usesHttpSeeds: boolean;
	/** HTTP seeds may be on this machine or in its network, whatever the torrent. */
	readonly allowsLocal: boolean;
	readonly maxDownloadRateBytesPerSecond: number;
	readonly maxUploadRateBytesPerSecond: number;
	readonly maxConnections: number;
	readonly maxConnectionsPerTorrent: number;
	/** Peers uploaded to at one time, over all torrents. */
	readonly uploadSlots: number;
	/** Undefined: by the number of cores. */
	readonly diskThreads: number | undefined;
	readonly writeBufferBytes: number;
	readonly readCacheBytes: number;
	readonly maxOpenFiles: number;
	readonly activeDownloads: number;
	readonly activeSeeds: number;
	/** On one volume. */
	readonly activeChecks: number;
	readonly seedRatio: number;
	readonly seedTimeMs: number;
	readonly seedIdleMs: number;
}

/** In the order of `--help`. */
export const OPTION_GROUPS = [
	'Output',
	'Files',
	'Watched folder',
	'Network',
	'Limits',
	'Disk and memory',
	'Queue and seeding',
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

/** One option. */
export interface OptionRow<T> {
	/** `max-upload-rate`: the flag, the key in the file, and with capitals and `_` the variable. */
	readonly name: string;
	readonly type: OptionType<T>;
	readonly group: OptionGroup;
	/** What the number counts; empty when the kind says it. */
	readonly unit: string;
	readonly defaultText: string;
	readonly defaultValue: (paths: AppPaths) => T;
	/** One sentence without a final full stop. */
	readonly sentence: string;
	/** False for what would make no sense in the configuration file. */
	readonly isInFile: boolean;
}

export type OptionTable = { readonly [K in keyof Options]: OptionRow<Options[K]> };

const NO_LIMIT = '0 = no limit';
const MIB = 1024 * 1024;

// biome-ignore format: a table is read in lines
export const OPTIONS: OptionTable = {
	isHeadless: row('headless', flagType, 'Output', false, 'Print lines instead of showing the dashboard'),
	isJson: row('json', flagType, 'Output', false, 'Print one JSON object a line instead of text; implies --headless'),
	summaryIntervalMs: row('summary-interval', durationType(), 'Output', 60_000, 'How often headless output sums up; 0 = never', '1m'),
	logLevel: row('log-level', choiceType(LOG_LEVELS), 'Output', 'info', 'How much goes into the log file'),
	logFilePath: row('log-file', optional(pathType), 'Output', undefined, 'Append the log to this file', 'none'),

	downloadDir: row('download-dir', optional(pathType), 'Files', undefined, 'Put downloads into this folder', 'beside the .torrent'),
	saveAs: row('save-as', choiceType(SAVE_AS), 'Files', 'name', 'Call the data by the name in the torrent, by the .torrent file\'s name, or put it into a folder of that name'),
	preallocate: row('preallocate', choiceType(PREALLOCATE), 'Files', 'sparse', 'Let files grow as data comes, or reserve their whole size first'),
	isSequential: row('sequential', flagType, 'Files', false, 'Download pieces in order'),
	stateDir: { ...row('state-dir', pathType, 'Files', '', 'Keep progress and history in this folder', '$XDG_STATE_HOME/btmany'), defaultValue: (paths) => paths.stateDir },
	configPath: { ...row('config', optional(pathType), 'Files', undefined, 'Read options from this TOML file; it is never written', '$XDG_CONFIG_HOME/btmany/config.toml'), isInFile: false },

	rescanIntervalMs: row('rescan-interval', durationType(100), 'Watched folder', 10_000, 'How often the watched folder is read again', '10s'),
	recursive: row('recursive', choiceType(RECURSIVE), 'Watched folder', 'all', 'Which sub-folders are watched: all, only those of folders without a .torrent (classic), or none'),

	ports: row('port', portRangeType, 'Network', { first: 6881, last: 6889 }, 'Listen for peers on this TCP port, or the first free one of a range; 0 = any', '6881-6889'),
	bindAddress: row('bind', optional(addressType), 'Network', undefined, 'Listen and dial from this local address only', 'every address'),
	announceAddress: row('ip', optional(addressType), 'Network', undefined, 'Tell trackers that we have this address', 'none'),
	peers: row('peer', endpointsType, 'Network', [], 'Dial this peer for every torrent; may be repeated', 'none'),
	usesHttpSeeds: row('http-seeds', flagType, 'Network', true, 'Download from the HTTP seeds a torrent names, beside its peers'),
	allowsLocal: row('allow-local', flagType, 'Network', false, 'Let HTTP seeds be on this machine or in its network when no tracker of the torrent is'),

	maxDownloadRateBytesPerSecond: row('max-download-rate', rateType, 'Limits', 0, `Download rate of all torrents together; ${NO_LIMIT}`, '0', 'bytes/s'),
	maxUploadRateBytesPerSecond: row('max-upload-rate', rateType, 'Limits', 0, `Upload rate of all torrents together; ${NO_LIMIT}`, '0', 'bytes/s'),
	maxConnections: row('max-connections', countType, 'Limits', 500, `Connections of all torrents together; ${NO_LIMIT}`, '500', 'connections'),
	maxConnectionsPerTorrent: row('max-connections-per-torrent', countType, 'Limits', 80, `Connections of one torrent; ${NO_LIMIT}`, '80', 'connections'),
	uploadSlots: row('upload-slots', countType, 'Limits', 20, `Peers uploaded to at one time, over all torrents; ${NO_LIMIT}`, '20', 'peers'),

	diskThreads: row('disk-threads', optional(numberType(1, 64)), 'Disk and memory', undefined, 'Threads that hash, read and write; more help where a disk is slow to answer', 'half the cores, 1 to 4'),
	writeBufferBytes: row('write-buffer', sizeType(MIB, 2048 * MIB), 'Disk and memory', 48 * MIB, 'Memory for received blocks on their way to the disk; more helps a fast line over a disk with long pauses', '48Mi'),
	readCacheBytes: row('read-cache', sizeType(2 * MIB, 2048 * MIB), 'Disk and memory', 32 * MIB, 'Memory for blocks on their way to peers; more helps many peers that download different parts', '32Mi'),
	maxOpenFiles: row('max-open-files', numberType(1, 65_536), 'Disk and memory', 128, 'Payload files open at one time, over all torrents'),

	activeDownloads: row('active-downloads', countType, 'Queue and seeding', 5, `Torrents that download at one time, stalled ones not counted; ${NO_LIMIT}`, '5', 'torrents'),
	activeSeeds: row('active-seeds', countType, 'Queue and seeding', 0, `Torrents that seed at one time; ${NO_LIMIT}`, '0', 'torrents'),
	activeChecks: row('active-checks', countType, 'Queue and seeding', 1, `Torrents whose data is checked at one time on one volume; ${NO_LIMIT}`, '1', 'torrents'),
	seedRatio: row('seed-ratio', ratioType, 'Queue and seeding', 0, `Stop seeding when this much was uploaded for each byte; ${NO_LIMIT}`, '0'),
	seedTimeMs: row('seed-time', durationType(), 'Queue and seeding', 0, `Stop seeding after this long; ${NO_LIMIT}`, '0'),
	seedIdleMs: row('seed-idle', durationType(), 'Queue and seeding', 0, `Stop seeding when nobody took anything for this long; ${NO_LIMIT}`, '0'),
	keepSeeding: row('seed', flagType, 'Queue and seeding', false, 'With "get": seed after the download instead of leaving'),
};

/** The table's rows in its order, without their value types. */
export const OPTION_ROWS: readonly OptionRow<unknown>[] = Object.values(OPTIONS);

/** The environment variable of an option: `max-upload-rate` is `BTMANY_MAX_UPLOAD_RATE`. */
export function variableName(optionName: string): string {
	return `BTMANY_${optionName.toUpperCase().replaceAll('-', '_')}`;
}

function row<T>(
	name: string,
	type: OptionType<T>,
	group: OptionGroup,
	defaultValue: T,
	sentence: string,
	defaultText: string = String(defaultValue),
	unit: string = type.name === 'duration' ? 'seconds unless s, m, h or d follows' : '',
): OptionRow<T> {
	return {
		name,
		type,
		group,
		unit,
		defaultText,
		defaultValue: () => defaultValue,
		sentence,
		isInFile: true,
	};
}
