/** Downloads from web seeds alone (BEP 19): nginx has the payload, nobody else does. */
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { hasCommand } from './installed.js';
import type { Payload } from './payloads.js';
import type { Scoreboard } from './scoreboard.js';
import { setting } from './settings.js';

const execute = promisify(execFile);

/** Free in a network that only this suite is in. */
const PORT = 18_019;
const LIMIT_MS = 60_000;
const START_TRIES = 100;

/** @param wanted - parts of names; all when empty */
export async function runWebSeedCases(
	payloads: readonly Payload[],
	wanted: readonly string[],
	isRequired: boolean,
	scoreboard: Scoreboard,
): Promise<void> {
	const chosen = payloads.filter(
		(payload) => wanted.length === 0 || wanted.some((part) => nameOf(payload).includes(part)),
	);
	if (chosen.length === 0) return;
	if (!hasCommand('nginx')) {
		const failure = 'nginx not installed';
		for (const payload of chosen) {
			const name = nameOf(payload);
			if (isRequired) scoreboard.record({ name, seconds: 0, failure }, () => '');
			else scoreboard.skip(name, failure);
		}
		return;
	}
	const nginx = await startNginx();
	try {
		for (const payload of chosen) {
			const begunAt = performance.now();
			const failure = await download(payload).then(
				() => undefined,
				(error: unknown) => (error instanceof Error ? error.message : String(error)),
			);
			const seconds = (performance.now() - begunAt) / 1000;
			scoreboard.record({ name: nameOf(payload), seconds, failure }, () => '');
		}
	} finally {
		nginx.kill('SIGTERM');
		await once(nginx, 'exit');
	}
}

function nameOf({ name }: Payload): string {
	return `web seed: nginx gives ${name} to btmany`;
}

async function startNginx(): Promise<ChildProcess> {
	const folder = path.join(setting('INTEROP_WORK'), 'nginx');
	await mkdir(folder, { recursive: true });
	const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
		(kind) => `${kind}_temp_path ${folder}/${kind};`,
	);
	const isRoot = process.getuid?.() === 0;
	const lines = [
		...(isRoot ? ['user root;'] : []),
		'daemon off;',
		`pid ${folder}/pid;`,
		`error_log ${folder}/error.log;`,
		'events {}',
		`http { access_log off; ${paths.join(' ')}`,
		`server { listen 127.0.0.1:${PORT}; root ${setting('INTEROP_ORIGINALS')}; } }`,
	];
	const config = path.join(folder, 'nginx.conf');
	await writeFile(config, lines.join('\n'));
	const nginx = spawn('nginx', ['-p', folder, '-c', config], { stdio: 'ignore' });
	for (let tries = 0; tries < START_TRIES && nginx.exitCode === null; tries++) {
		if (await isListening()) return nginx;
		await sleep(50);
	}
	nginx.kill('SIGKILL');
	throw new Error('nginx does not start');
}

function isListening(): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = connect(PORT, '127.0.0.1');
		socket.once('connect', () => {
			socket.destroy();
			resolve(true);
		});
		socket.once('error', () => resolve(false));
	});
}

async function download(payload: Payload): Promise<void> {
	const folder = path.join(setting('INTEROP_WORK'), `web-seed-${payload.name}`);
	const data = path.join(folder, 'data');
	await mkdir(data, { recursive: true });
	const torrent = path.join(folder, 'x.torrent');
	await copyFile(payload.torrentPath, torrent);
	const program = path.join(setting('INTEROP_DIST'), 'bin', 'btmany.js');
	const btmany = (...args: readonly string[]): Promise<unknown> =>
		execute(process.execPath, [program, ...args], {
			timeout: LIMIT_MS,
			env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: folder },
		});
	await btmany('web-seeds', `http://127.0.0.1:${PORT}/`, torrent);
	const places = ['--download-dir', data, '--state-dir', path.join(folder, 'state')];
	const network = ['--allow-local', '--bind', '127.0.0.1', '--port', '0'];
	await btmany('get', '--headless', ...places, ...network, torrent);
	const original = path.join(setting('INTEROP_ORIGINALS'), payload.name);
	await execute('diff', ['-r', original, path.join(data, payload.name)]);
}
