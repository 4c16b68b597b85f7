/** Peers the benches compare with, and how to see that they are there. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hasCommand, hasPythonModule } from '../../test/interop/installed.js';
import type { Peer } from '../rounds/bench-plan.js';

const run = promisify(execFile);

/** Debian's bindings are for Debian's Python only. */
export const PYTHON = '/usr/bin/python3';

/** rasterbar's, through its Python binding. */
export const libtorrentPeer: Peer = {
	name: 'libtorrent',
	missing: () =>
		Promise.resolve(
			hasPythonModule(PYTHON, 'libtorrent') ? undefined : 'python3-libtorrent is not installed',
		),
	version: () => firstLine(PYTHON, ['-c', 'import libtorrent; print(libtorrent.__version__)']),
};

/** Only what measures commands that end by themselves (`runMeasured`). */
export const pythonPeer: Peer = {
	name: 'python3',
	missing: () => Promise.resolve(hasCommand('python3') ? undefined : 'python3 is not installed'),
	version: () => firstLine(PYTHON, ['--version']),
};

/** A program of the search path. @param versionArgs - makes it tell its version in its first line */
export function commandPeer(command: string, versionArgs: readonly string[]): Peer {
	return {
		name: command,
		missing: () => Promise.resolve(hasCommand(command) ? undefined : `${command} is not installed`),
		version: () => firstLine(command, versionArgs),
	};
}

export const aria2Peer: Peer = commandPeer('aria2c', ['--version']);
export const transmissionPeer: Peer = commandPeer('transmission-daemon', ['--version']);
export const rtorrentPeer: Peer = commandPeer('rtorrent', ['-h']);
export const qbittorrentPeer: Peer = commandPeer('qbittorrent-nox', ['--version']);
export const mktorrentPeer: Peer = commandPeer('mktorrent', ['-v']);

/** Some tell their version on standard error, some leave with 1 after it. */
async function firstLine(command: string, args: readonly string[]): Promise<string> {
	const told = await run(command, [...args]).catch(
		(error: unknown) => error as { stdout?: string; stderr?: string },
	);
	const text = `${told.stdout ?? ''}\n${told.stderr ?? ''}`.trim();
	return text.split('\n')[0]?.trim() ?? 'unknown';
}
