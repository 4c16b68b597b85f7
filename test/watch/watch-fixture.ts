/** A temporary folder to watch, small torrents to put into it, and a session that only records. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExecutionContext } from 'ava';
import { buildMetainfo } from '../../src/metainfo/build-metainfo.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { LogEntry } from '../../src/primitives/logger.js';
import type { CommandResult, SessionApi, SessionCommand } from '../../src/session/session-api.js';
import type { SessionSnapshot } from '../../src/session/snapshot.js';
import {
	startWatchFolder,
	type WatchFolder,
	type WatchFolderOptions,
} from '../../src/watch/watch-folder.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

export interface TorrentFields {
	readonly tiers?: readonly (readonly string[])[];
	readonly comment?: string;
	readonly isPrivate?: boolean;
	/** Paths of a multi-file payload, one byte each. */
	readonly files?: readonly string[];
}

/** A `.torrent` whose infohash depends on its name, privacy and files only. */
export function torrentBytes(name: string, fields: TorrentFields = {}): Uint8Array {
	const { files, ...rest } = fields;
	const common = { ...rest, name, pieceLengthBytes: 16384, pieceHashes: new Uint8Array(20) };
	return buildMetainfo(
		files === undefined
			? { ...common, lengthBytes: 5 }
			: { ...common, files: files.map((each) => ({ path: each.split('/'), lengthBytes: 1 })) },
	);
}

export function infohashOf(bytes: Uint8Array): Infohash {
	return parseMetainfo(bytes, sha1).infohash;
}

interface Running {
	torrentPath: string;
	extraTiers: readonly (readonly string[])[];
}

/** Takes commands as a session would and keeps what it was told. */
export class FakeSession implements SessionApi {
	/** `add a.torrent`, `update a.torrent`, `remove <infohash>`; since the last `take`. */
	#commands: string[] = [];
	readonly running = new Map<Infohash, Running>();
	refuse: (command: SessionCommand) => CommandResult | undefined = () => undefined;
	savePaths = new Map<Infohash, string>();

	async dispatch(command: SessionCommand): Promise<CommandResult> {
		const refusal = this.refuse(command);
		if (refusal !== undefined) return refusal;
		if (command.type === 'remove') {
			this.#commands.push('remove');
			const isRunning = this.running.delete(command.infohash);
			return isRunning ? { ok: true } : { ok: false, code: 'SESSION_UNKNOWN', message: 'Unknown' };
		}
		if (command.type !== 'add' && command.type !== 'update')
			return { ok: false, code: 'UNEXPECTED', message: command.type };
		const infohash = infohashOf(command.metainfoBytes);
		this.#commands.push(`${command.type} ${path.basename(command.torrentPath)}`);
		if (command.type === 'add' && this.running.has(infohash))
			return { ok: false, code: 'SESSION_DUPLICATE', message: 'Is there already' };
		if (command.type === 'update' && !this.running.has(command.infohash))
			return { ok: false, code: 'SESSION_UNKNOWN', message: 'Unknown' };
		const { torrentPath, extraTiers = [] } = command;
		this.running.set(infohash, { torrentPath, extraTiers });
		return { ok: true, infohash };
	}

	/** Commands since the last call. */
	take(): string[] {
		const commands = this.#commands;
		this.#commands = [];
		return commands;
	}

	getSnapshot(): SessionSnapshot {
		const torrents = [...this.savePaths].map(([infohash, savePath]) => ({ infohash, savePath }));
		return { torrents } as unknown as SessionSnapshot;
	}

	subscribe(): () => void {
		return () => {};
	}

	watchDetail(): () => void {
		return () => {};
	}

	async close(): Promise<void> {}
}

export interface Fixture {
	/** The watched folder. */
	readonly folder: string;
	readonly stateDir: string;
	readonly session: FakeSession;
	readonly clock: VirtualClock;
	readonly logs: LogEntry[];
	/** Starts watching, without events unless asked for; closed after the test. */
	readonly start: (options?: Partial<WatchFolderOptions>) => Promise<WatchFolder>;
	/** Writes a file below the watched folder, with its folders. */
	readonly put: (name: string, contents: Uint8Array | string) => Promise<string>;
	/** Base names of the running torrents' files, sorted. */
	readonly runningFiles: () => string[];
	/** Resolves when the condition holds; it is looked at after every log line. */
	readonly until: (condition: () => boolean) => Promise<void>;
}

export async function makeFixture(t: ExecutionContext): Promise<Fixture> {
	const base = await mkdtemp(path.join(tmpdir(), 'btmany-watch-'));
	const folder = path.join(base, 'torrents');
	const stateDir = path.join(base, 'state');
	await mkdir(folder);
	const session = new FakeSession();
	const clock = new VirtualClock(1000, Date.now());
	const logs: LogEntry[] = [];
	const waiters = new Set<() => void>();
	const open: WatchFolder[] = [];
	t.teardown(async () => {
		await Promise.all(open.map((each) => each.close()));
		await rm(base, { recursive: true, force: true });
	});
	return {
		folder,
		stateDir,
		session,
		clock,
		logs,
		async start(options = {}) {
			const watch = await startWatchFolder({
				folder,
				session,
				stateDir,
				clock,
				recursive: 'all',
				rescanIntervalMs: 10_000,
				logger: (entry) => {
					logs.push(entry);
					for (const waiter of waiters) waiter();
				},
				events: false,
				...options,
			});
			open.push(watch);
			return watch;
		},
		async put(name, contents) {
			const file = path.join(folder, name);
			await mkdir(path.dirname(file), { recursive: true });
			await writeFile(file, contents);
			return file;
		},
		runningFiles: () =>
			[...session.running.values()].map((each) => path.basename(each.torrentPath)).sort(),
		until: (condition) =>
			new Promise((resolve) => {
				const look = (): void => {
					if (!condition()) return;
					waiters.delete(look);
					resolve();
				};
				waiters.add(look);
				look();
			}),
	};
}

/** Outcomes the ledger has for a file, oldest first. */
export function outcomesOf(watch: WatchFolder, file: string): string[] {
	return watch
		.ledger()
		.filter((entry) => path.basename(entry.path) === path.basename(file))
		.map((entry) => entry.outcome);
}
