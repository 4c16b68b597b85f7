/** The machine and the build a result was measured with. */
import { execFileSync } from 'node:child_process';
import os from 'node:os';
import { projectFolder } from './project-folders.js';

export interface MachineFacts {
	readonly cpu: string;
	readonly cores: number;
	readonly memoryGib: number;
	readonly kernel: string;
	readonly node: string;
	/** Of the working tree; `-dirty` when something in it was changed. */
	readonly commit: string;
}

export function readMachineFacts(): MachineFacts {
	return {
		cpu: os.cpus()[0]?.model.trim() ?? 'unknown',
		cores: os.availableParallelism(),
		memoryGib: Math.round((os.totalmem() / 2 ** 30) * 10) / 10,
		kernel: `${os.type()} ${os.release()}`,
		node: process.versions.node,
		commit: readCommit(),
	};
}

function readCommit(): string {
	try {
		const commit = git(['rev-parse', '--short=12', 'HEAD']);
		return git(['status', '--porcelain', '-uno']) === '' ? commit : `${commit}-dirty`;
	} catch {
		// A package without its repository, or no git.
		return 'unknown';
	}
}

function git(args: readonly string[]): string {
	return execFileSync('git', args, {
		cwd: projectFolder,
		encoding: 'utf8',
		stdio: ['ignore', 'pipe', 'ignore'],
	}).trim();
}
