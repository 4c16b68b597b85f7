/** Who holds the state folder: what the lock file says, and whether that process still runs. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import { errorCode } from '../primitives/app-error.js';

export interface LockOwner {
	readonly pid: number;
	/** When the process started, in the system's own count; undefined where it does not say. */
	readonly startTime: string | undefined;
	readonly hostname: string;
	/** Tells one lock from another of the same process. */
	readonly id: string;
}

/** This process as the owner of a new lock. */
export function currentOwner(): LockOwner {
	return {
		pid: process.pid,
		startTime: processStartTime(process.pid),
		hostname: os.hostname(),
		id: randomUUID(),
	};
}

export function encodeOwner(owner: LockOwner): string {
	return `${JSON.stringify(owner)}\n`;
}

/** What a lock file says; undefined when it says nothing that can be understood. */
export function parseOwner(text: string): LockOwner | undefined {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return undefined; // Cut short by a crash of the machine.
	}
	if (typeof value !== 'object' || value === null) return undefined;
	const fields = new Map<string, unknown>(Object.entries(value));
	const [pid, startTime] = [fields.get('pid'), fields.get('startTime')];
	const [hostname, id] = [fields.get('hostname'), fields.get('id')];
	if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 1) return undefined;
	if (typeof hostname !== 'string' || typeof id !== 'string') return undefined;
	if (startTime !== undefined && typeof startTime !== 'string') return undefined;
	return { pid, startTime, hostname, id };
}

/** Whether the owner's process runs; undefined when it ran on another machine. */
export function isOwnerAlive(owner: LockOwner): boolean | undefined {
	if (owner.hostname !== os.hostname()) return undefined;
	if (!isProcessAlive(owner.pid)) return false;
	// The number may have been given to another process since.
	const startTime = processStartTime(owner.pid);
	return owner.startTime === undefined || startTime === undefined || owner.startTime === startTime;
}

function isProcessAlive(pid: number): boolean {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		// It runs for another user.
		return errorCode(error) === 'EPERM';
	}
}

/** Clock ticks from the start of the machine, with the machine's start: unique for a process. */
function processStartTime(pid: number): string | undefined {
	try {
		const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
		const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
		// The name, in parentheses, may hold anything; the start time is the 20th field after it.
		const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
		return ticks === undefined ? undefined : `${boot}:${ticks}`;
	} catch {
		return undefined; // Not Linux: the process number alone decides.
	}
}
