/** CPU and memory of processes, as the kernel tells them in `/proc` (proc(5)). */
import { readdirSync, readFileSync } from 'node:fs';

/** `USER_HZ`: the unit of CPU times in `/proc/PID/stat` on Linux. */
const TICKS_PER_SECOND = 100;

/** Of a process with all its threads and descendants. */
export interface ProcessUsage {
	/** User and system together. */
	readonly cpuSeconds: number;
	readonly userSeconds: number;
	readonly systemSeconds: number;
	/** Most resident memory there ever was, mapped files and shared memory included; MB are 1,000,000 bytes. */
	readonly peakRssMb: number;
	/** Resident memory at this moment, mapped files and shared memory included. */
	readonly rssMb: number;
	/** The part of `rssMb` that belongs to no file. */
	readonly anonymousRssMb: number;
	readonly threads: number;
}

const NOTHING: ProcessUsage = {
	cpuSeconds: 0,
	userSeconds: 0,
	systemSeconds: 0,
	peakRssMb: 0,
	rssMb: 0,
	anonymousRssMb: 0,
	threads: 0,
};

/**
 * Reads what a running process has used so far. Sums over descendants: their peaks may not have
 * been at one time, so with children `peakRssMb` is an upper bound.
 * @throws when the process is gone
 */
export function readUsage(pid: number): ProcessUsage {
	const own = readOwnUsage(pid);
	return descendantsOf(pid).reduce((sum, child) => add(sum, tryReadOwnUsage(child)), own);
}

/** CPU seconds from one `/proc/PID/stat` line; waited-for children included. */
export function parseStat(stat: string): { userSeconds: number; systemSeconds: number } {
	// The name in parentheses may hold spaces and parentheses itself: fields count from its end.
	const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
	// Fields 14 to 17 of proc(5), in ticks: utime, stime, cutime, cstime; `fields` begins with field 3.
	const [user = 0, system = 0, childUser = 0, childSystem = 0] = fields.slice(11, 15).map(Number);
	return {
		userSeconds: (user + childUser) / TICKS_PER_SECOND,
		systemSeconds: (system + childSystem) / TICKS_PER_SECOND,
	};
}

/** A value of `/proc/PID/status` in kB (of 1024 bytes), as MB of 1,000,000 bytes; 0 when it is not there. */
export function parseStatusMb(status: string, name: string): number {
	const found = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status);
	return (Number(found?.[1] ?? 0) * 1024) / 1e6;
}

function readOwnUsage(pid: number): ProcessUsage {
	const { userSeconds, systemSeconds } = parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
	const status = readFileSync(`/proc/${pid}/status`, 'utf8');
	return {
		cpuSeconds: userSeconds + systemSeconds,
		userSeconds,
		systemSeconds,
		peakRssMb: parseStatusMb(status, 'VmHWM'),
		rssMb: parseStatusMb(status, 'VmRSS'),
		anonymousRssMb: parseStatusMb(status, 'RssAnon'),
		threads: Number(/^Threads:\s+(\d+)$/m.exec(status)?.[1] ?? 0),
	};
}

function tryReadOwnUsage(pid: number): ProcessUsage {
	try {
		return readOwnUsage(pid);
	} catch {
		// It ended meanwhile; its parent counts it when it waits for it.
		return NOTHING;
	}
}

function descendantsOf(pid: number): number[] {
	const found: number[] = [];
	try {
		for (const thread of readdirSync(`/proc/${pid}/task`)) {
			const children = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
			for (const child of children.split(' ').filter((text) => text !== '')) {
				found.push(Number(child), ...descendantsOf(Number(child)));
			}
		}
	} catch {
		// The process or one of its threads ended while it was looked at.
	}
	return found;
}

function add(a: ProcessUsage, b: ProcessUsage): ProcessUsage {
	return {
		cpuSeconds: a.cpuSeconds + b.cpuSeconds,
		userSeconds: a.userSeconds + b.userSeconds,
		systemSeconds: a.systemSeconds + b.systemSeconds,
		peakRssMb: a.peakRssMb + b.peakRssMb,
		rssMb: a.rssMb + b.rssMb,
		anonymousRssMb: a.anonymousRssMb + b.anonymousRssMb,
		threads: a.threads + b.threads,
	};
}
