/** rtorrent without a terminal, asked through SCGI on a local socket. */
import { mkdir, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { hasCommand } from '../installed.js';
import { Program } from '../program.js';
import { orUndefined } from '../wait.js';
import type { Client, Place, RunningClient } from './client.js';

export const rtorrent: Client = {
	name: 'rtorrent',
	isInstalled: () => hasCommand('rtorrent'),
	async start(place: Place): Promise<RunningClient> {
		const socketPath = path.join(place.home, 'rpc.sock');
		await mkdir(path.join(place.home, 'session'), { recursive: true });
		const configPath = path.join(place.home, 'rc');
		await writeFile(configPath, `${config(place, socketPath).join('\n')}\n`);
		const program = new Program('rtorrent', ['-n', '-o', `import=${configPath}`], {
			logPath: path.join(place.home, 'rtorrent.log'),
			home: place.home,
		});
		return {
			programs: [program],
			programOf: () => program,
			portOf: () => place.port,
			isComplete: async ({ infohash }) => {
				const reply = await orUndefined(call(socketPath, 'd.complete', infohash.toUpperCase()));
				return reply !== undefined && /<i[48]>1<\/i[48]>/.test(reply);
			},
		};
	},
};

function config(place: Place, socketPath: string): string[] {
	const logPath = path.join(place.home, 'rtorrent.log');
	return [
		'system.daemon.set = true',
		`session.path.set = ${path.join(place.home, 'session')}`,
		`directory.default.set = ${place.folder}`,
		`network.bind_address.set = ${place.address}`,
		`network.port_range.set = ${place.port}-${place.port}`,
		'network.port_random.set = no',
		'dht.mode.set = disable',
		'protocol.pex.set = no',
		'trackers.use_udp.set = yes',
		'protocol.encryption.set = none',
		`network.scgi.open_local = ${socketPath}`,
		`log.open_file = "log", "${logPath}"`,
		'log.add_output = "info", "log"',
		'log.add_output = "tracker_debug", "log"',
		...place.payloads.map(
			({ torrentPath }, i) => `schedule2 = load_${i}, 1, 0, ((load.start, "${torrentPath}"))`,
		),
	];
}

/** One XML-RPC call with one text argument. */
async function call(socketPath: string, method: string, argument: string): Promise<string> {
	const body =
		`<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>` +
		`<param><value><string>${argument}</string></value></param></params></methodCall>`;
	const headers = `CONTENT_LENGTH\0${body.length}\0SCGI\x001\0`;
	const socket = createConnection(socketPath);
	socket.write(`${headers.length}:${headers},${body}`);
	return text(socket);
}
