/** Keeps a second instance away from a state folder that is in use. */

import {
	constants,
	copyFile,
	link,
	open,
	readFile,
	stat,
	unlink,
	utimes,
	writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { errorCode, errorMessage } from '../primitives/app-error.js';
import { type Clock, systemClock } from '../primitives/clock.js';
import { makeFolder } from '../primitives/make-folder.js';
import {
	currentOwner,
	encodeOwner,
	isOwnerAlive,
	type LockOwner,
	parseOwner,
} from './lock-owner.js';
import { StateError } from './state-error.js';

const LOCK_NAME = 'lock';
/** A holder says this often that it lives, for those who cannot see its process. */
const TOUCH_MS = 30_000;
/** Silence after which a lock of another machine (or container) is taken over. */
const SILENT_MS = 150_000;
/** Taking over lasts milliseconds; a mark older than this was left by a crash. */
const TAKEOVER_MS = 10_000;

export interface InstanceLock {
	readonly path: string;
	/** Gives the folder free; doing it twice is harmless. */
	release(): Promise<void>;
}

/**
 * Locks a state folder for this process; the folder is made when it is missing.
 * A lock whose process is gone is taken over.
 * @throws {StateError} STATE_LOCKED naming the process that holds it, or STATE_WRITE_FAILED
 */
export async function acquireInstanceLock(
	stateFolder: string,
	clock: Clock = systemClock,
): Promise<InstanceLock> {
	const lockPath = path.join(stateFolder, LOCK_NAME);
	const owner = currentOwner();
	const mine = `${lockPath}.${owner.id}`;
	try {
		await makeFolder(stateFolder, 0o700);
		// Written whole before it gets its name: nobody ever reads half a lock.
		await writeFile(mine, encodeOwner(owner), { flag: 'wx', mode: 0o600 });
		try {
			if (!(await linked(mine, lockPath))) await takeOver(mine, lockPath, clock);
		} finally {
			await unlink(mine);
		}
	} catch (error) {
		if (error instanceof StateError) throw error;
		const message = `Cannot lock ${stateFolder}: ${errorMessage(error)}`;
		throw new StateError('STATE_WRITE_FAILED', lockPath, message, { cause: error });
	}
	return heldLock(lockPath, owner, clock);
}

function heldLock(lockPath: string, owner: LockOwner, clock: Clock): InstanceLock {
	let isHeld = true;
	const stopTouching = clock.every(TOUCH_MS, () => {
		const now = clock.wallMs() / 1000;
		void utimes(lockPath, now, now).catch(() => {
			// Removed by hand or disk trouble: the lock is advice, the session goes on.
		});
	});
	return {
		path: lockPath,
		async release(): Promise<void> {
			if (!isHeld) return;
			isHeld = false;
			stopTouching();
			const current = await readOwner(lockPath);
			// Not ours any more: somebody removed it by hand and another instance began.
			if (current?.id === owner.id) await unlink(lockPath);
		},
	};
}

/** Replaces a dead lock; one process at a time looks and acts, so that nobody removes a live one. */
async function takeOver(mine: string, lockPath: string, clock: Clock): Promise<void> {
	const mark = `${lockPath}.takeover`;
	if (!(await marked(mark, clock)))
		throw new StateError(
			'STATE_LOCKED',
			lockPath,
			`Another instance is just starting with ${path.dirname(lockPath)}; try again`,
		);
	try {
		const text = await readIfThere(lockPath);
		if (text !== undefined) {
			const holder = parseOwner(text);
			if (holder !== undefined && (await isHeldBy(holder, lockPath, clock)))
				throw locked(holder, lockPath);
			await unlink(lockPath);
		}
		if (!(await linked(mine, lockPath))) throw locked(await readOwner(lockPath), lockPath);
	} finally {
		await unlink(mark);
	}
}

async function isHeldBy(holder: LockOwner, lockPath: string, clock: Clock): Promise<boolean> {
	return isOwnerAlive(holder) ?? clock.wallMs() - (await modifiedMs(lockPath)) < SILENT_MS;
}

/** Makes the mark of taking over; false when another process is at it. */
async function marked(mark: string, clock: Clock): Promise<boolean> {
	for (let attempt = 0; attempt < 2; attempt++) {
		try {
			await (await open(mark, 'wx', 0o600)).close();
			return true;
		} catch (error) {
			if (errorCode(error) !== 'EEXIST') throw error;
		}
		if (clock.wallMs() - (await modifiedMs(mark)) < TAKEOVER_MS) return false;
		await unlink(mark);
	}
	return false;
}

async function modifiedMs(filePath: string): Promise<number> {
	try {
		return (await stat(filePath)).mtimeMs;
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return Number.NEGATIVE_INFINITY;
		throw error;
	}
}

/** File systems without hard links say one of these. */
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS']);

/** Gives the lock its name; false when there is one. */
async function linked(mine: string, lockPath: string): Promise<boolean> {
	try {
		await link(mine, lockPath);
		return true;
	} catch (error) {
		const code = errorCode(error);
		if (code === 'EEXIST') return false;
		if (code !== undefined && NO_LINKS.has(code)) return copied(mine, lockPath);
		throw error;
	}
}

async function copied(mine: string, lockPath: string): Promise<boolean> {
	try {
		await copyFile(mine, lockPath, constants.COPYFILE_EXCL);
		return true;
	} catch (error) {
		if (errorCode(error) === 'EEXIST') return false;
		throw error;
	}
}

async function readOwner(lockPath: string): Promise<LockOwner | undefined> {
	const text = await readIfThere(lockPath);
	return text === undefined ? undefined : parseOwner(text);
}

async function readIfThere(filePath: string): Promise<string | undefined> {
	try {
		return await readFile(filePath, 'utf8');
	} catch (error) {
		if (errorCode(error) === 'ENOENT') return undefined;
		throw error;
	}
}

function locked(holder: LockOwner | undefined, lockPath: string): StateError {
	const folder = path.dirname(lockPath);
	const who =
		holder === undefined ? 'Another process' : `Process ${holder.pid} on ${holder.hostname}`;
	return new StateError(
		'STATE_LOCKED',
		lockPath,
		`${who} is running with the state folder ${folder}; stop it, or use another --state-dir`,
	);
}
