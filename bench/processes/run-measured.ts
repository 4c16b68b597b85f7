/** Commands that end by themselves, with what the kernel says they used. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { benchFolder } from '../machine/project-folders.js';
import { MeasuredProcess, type ProcessOptions } from './measured-process.js';

/** Debian's Python: `wait4(2)` is not to be had from Node. */
const PYTHON = '/usr/bin/python3';

export interface CommandUsage {
	readonly wallSeconds: number;
	/** User and system, with all threads and waited-for children. */
	readonly cpuSeconds: number;
	/** MB of 1,000,000 bytes; of the largest process when there were children. Never below about 10: the wrapper's. */
	readonly peakRssMb: number;
}

/**
 * Runs a command to its end. Needs `/usr/bin/python3`.
 * @param options - `home` takes one more file, `usage.json`
 * @throws Error with the last lines of its log when it does not end with 0 or within `limitMs`
 */
export async function runMeasured(
	command: string,
	args: readonly string[],
	options: ProcessOptions & { readonly limitMs: number },
): Promise<CommandUsage> {
	const report = path.join(options.home, 'usage.json');
	const wrapper = path.join(benchFolder, 'processes', 'wait4.py');
	const child = new MeasuredProcess(PYTHON, [wrapper, report, command, ...args], options);
	const late = setTimeout(() => child.kill(), options.limitMs);
	const code = await child.exited;
	clearTimeout(late);
	if (code !== 0) throw new Error(`${command} ended with ${code}\n${child.tail()}`);
	const usage = JSON.parse(await readFile(report, 'utf8')) as {
		readonly wallSeconds: number;
		readonly userSeconds: number;
		readonly systemSeconds: number;
		readonly peakRssKib: number;
	};
	return {
		wallSeconds: usage.wallSeconds,
		cpuSeconds: usage.userSeconds + usage.systemSeconds,
		peakRssMb: (usage.peakRssKib * 1024) / 1e6,
	};
}
