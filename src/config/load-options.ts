/** Brings flags, environment, configuration file and defaults together, in that order. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { type AppPaths, appPaths, type Environment } from './app-paths.js';
import { closest } from './closest.js';
import { type FileEntry, parseConfigFile } from './config-file.js';
import { didYouMean, type Mistake, quoted } from './mistake.js';
import type { ReadContext } from './option-types.js';
import { OPTION_ROWS, OPTIONS, type Options, variableName } from './options.js';

/** A configuration file is a page of text; anything larger is the wrong file. */
const MAX_FILE_BYTES = 1 << 20;

const VARIABLE_PREFIX = 'BTMANY_';
/** Variables of the project's own tests, not of the program. */
const TEST_VARIABLE = /^BTMANY_(BUILD|CORPUS|TEST_.*)$/;

/** Where options come from. */
export interface OptionSources {
	/** Texts by option name without dashes; a flag without a value has the text `true`. */
	readonly flags: ReadonlyMap<string, readonly string[]>;
	readonly env: Environment;
	readonly homeDir: string;
	/** Relative paths of flags and variables start here. */
	readonly currentDir: string;
}

/** `options` is there when there is no mistake. */
export type LoadedOptions =
	| { readonly ok: true; readonly options: Options }
	| { readonly ok: false; readonly mistakes: readonly Mistake[] };

interface Given {
	readonly texts: readonly string[];
	readonly origin: string;
	/** Put before the message where the origin does not name the option: `port: `. */
	readonly subject: string;
	readonly context: ReadContext;
}

/** Reads every option from the first source that has it; all mistakes come back together. */
export async function loadOptions(sources: OptionSources): Promise<LoadedOptions> {
	const paths = appPaths(sources.env, sources.homeDir);
	const mistakes: Mistake[] = unknownVariables(sources.env);
	const context: ReadContext = { homeDir: paths.homeDir, baseDir: sources.currentDir };
	const given = (name: string): Given | undefined =>
		fromFlags(sources, name, context) ?? fromEnvironment(sources, name, context);

	const configPath = readOption('configPath', given, paths, mistakes);
	const file = await loadFile(configPath, paths, mistakes);
	const fileContext: ReadContext = { homeDir: paths.homeDir, baseDir: path.dirname(file.path) };
	const withFile = (name: string): Given | undefined => {
		const entry = file.entriesByName.get(name);
		return given(name) ?? (entry && { ...entry, subject: `${name}: `, context: fileContext });
	};
	const options = assemble((key) => {
		// Read above already; a second reading would repeat its mistake.
		if (key === 'configPath') return readOption(key, given, paths, []);
		return readOption(key, withFile, paths, mistakes);
	});
	return mistakes.length > 0 ? { ok: false, mistakes } : { ok: true, options };
}

function readOption<K extends keyof Options>(
	key: K,
	given: (name: string) => Given | undefined,
	paths: AppPaths,
	mistakes: Mistake[],
): Options[K] {
	const row = OPTIONS[key];
	const source = given(row.name);
	if (source === undefined) return row.defaultValue(paths);
	const reading = row.type.read(source.texts, source.context);
	if (reading.ok) return reading.value;
	const got = quoted(source.texts.join(' '));
	const message = `${source.subject}expected ${reading.expected}, got ${got}`;
	mistakes.push({ origin: source.origin, message });
	return row.defaultValue(paths);
}

function fromFlags(sources: OptionSources, name: string, context: ReadContext): Given | undefined {
	const texts = sources.flags.get(name);
	return texts && { texts, origin: `--${name}`, subject: '', context };
}

function fromEnvironment(
	sources: OptionSources,
	name: string,
	context: ReadContext,
): Given | undefined {
	const variable = variableName(name);
	const text = sources.env[variable]?.trim();
	// An empty variable is how a shell unsets one for a single command.
	if (text === undefined || text === '') return undefined;
	const isRepeatable = OPTION_ROWS.find((row) => row.name === name)?.type.isRepeatable === true;
	const texts = isRepeatable ? text.split(/[\s,]+/) : [text];
	return { texts, origin: variable, subject: '', context };
}

function unknownVariables(env: Environment): Mistake[] {
	const known = OPTION_ROWS.map((row) => variableName(row.name));
	return Object.keys(env)
		.filter((name) => name.startsWith(VARIABLE_PREFIX))
		.filter((name) => !known.includes(name) && !TEST_VARIABLE.test(name))
		.sort()
		.map((name) => {
			const rest = known.map((variable) => variable.slice(VARIABLE_PREFIX.length));
			const near = closest(name.slice(VARIABLE_PREFIX.length), rest);
			const suggestion = near === undefined ? undefined : `${VARIABLE_PREFIX}${near}`;
			return { origin: name, message: `Unknown option${didYouMean(suggestion)}` };
		});
}

interface LoadedFile {
	readonly path: string;
	readonly entriesByName: ReadonlyMap<string, FileEntry>;
}

/** The default file may be missing; one the user named may not. */
async function loadFile(
	configPath: string | undefined,
	paths: AppPaths,
	mistakes: Mistake[],
): Promise<LoadedFile> {
	const filePath = configPath ?? paths.configPath;
	const nothing: LoadedFile = { path: filePath, entriesByName: new Map() };
	let text: string;
	try {
		if (statSync(filePath).size > MAX_FILE_BYTES) {
			mistakes.push({ origin: filePath, message: 'Configuration file is larger than 1 MiB' });
			return nothing;
		}
		text = readFileSync(filePath, 'utf8');
	} catch (error) {
		const isMissing = errorCode(error) === 'ENOENT';
		if (isMissing && configPath === undefined) return nothing;
		const reason = isMissing ? 'No such file' : errorMessage(error);
		mistakes.push({ origin: filePath, message: `Cannot read the configuration file: ${reason}` });
		return nothing;
	}
	const file = await parseConfigFile(filePath, text);
	mistakes.push(...file.mistakes);
	return { path: filePath, entriesByName: file.entriesByName };
}

/** Written out so that the compiler checks every field's type. */
function assemble(read: <K extends keyof Options>(key: K) => Options[K]): Options {
	return {
		isHeadless: read('isHeadless'),
		isJson: read('isJson'),
		summaryIntervalMs: read('summaryIntervalMs'),
		logLevel: read('logLevel'),
		logFilePath: read('logFilePath'),
		configPath: read('configPath'),
		stateDir: read('stateDir'),
		downloadDir: read('downloadDir'),
		saveAs: read('saveAs'),
		preallocate: read('preallocate'),
		isSequential: read('isSequential'),
		keepSeeding: read('keepSeeding'),
		rescanIntervalMs: read('rescanIntervalMs'),
		recursive: read('recursive'),
		ports: read('ports'),
		bindAddress: read('bindAddress'),
		announceAddress: read('announceAddress'),
		peers: read('peers'),
		usesHttpSeeds: read('usesHttpSeeds'),
		allowsLocal: read('allowsLocal'),
		maxDownloadRateBytesPerSecond: read('maxDownloadRateBytesPerSecond'),
		maxUploadRateBytesPerSecond: read('maxUploadRateBytesPerSecond'),
		maxConnections: read('maxConnections'),
		maxConnectionsPerTorrent: read('maxConnectionsPerTorrent'),
		uploadSlots: read('uploadSlots'),
		diskThreads: read('diskThreads'),
		writeBufferBytes: read('writeBufferBytes'),
		readCacheBytes: read('readCacheBytes'),
		maxOpenFiles: read('maxOpenFiles'),
		activeDownloads: read('activeDownloads'),
		activeSeeds: read('activeSeeds'),
		activeChecks: read('activeChecks'),
		seedRatio: read('seedRatio'),
		seedTimeMs: read('seedTimeMs'),
		seedIdleMs: read('seedIdleMs'),
	};
}
