/**
 * Round trips of `.torrent` files: other programs make them, btmany shows, verifies and edits them,
 * and other programs read what came out. No network.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasCommand, hasPythonModule } from './installed.js';
import type { Payload } from './payloads.js';
import type { Scoreboard } from './scoreboard.js';
import { setting } from './settings.js';

const execute = promisify(execFile);

/** The distribution's bindings are for the distribution's Python. */
const PYTHON = '/usr/bin/python3';
const TRACKERS = [
	'http://a.example/announce',
	'udp://b.example:6969',
	'http://c.example/x',
] as const;
const WEB_SEED = 'http://w.example/data/';
const HTTP_SEED = 'http://h.example/seed';

interface Maker {
	readonly name: string;
	readonly isHybrid?: boolean;
	isInstalled(): boolean;
	/** Writes a torrent of the payload, with one tracker that is replaced later. */
	make(payloadPath: string, torrentPath: string): Promise<unknown>;
}

const OLD_TRACKER = 'http://old.example/announce';

const MAKERS: readonly Maker[] = [
	{
		name: 'mktorrent',
		isInstalled: () => hasCommand('mktorrent'),
		make: (payload, torrent) =>
			execute('mktorrent', ['-l', '15', '-a', OLD_TRACKER, '-o', torrent, payload]),
	},
	{
		name: 'transmission',
		isInstalled: () => hasCommand('transmission-create'),
		make: (payload, torrent) =>
			execute('transmission-create', ['-t', OLD_TRACKER, '-c', 'ünï', '-o', torrent, payload]),
	},
	libtorrentMaker('libtorrent', 'v1'),
	// With a BitTorrent v2 side, at which transmission 3.00 gives up.
	libtorrentMaker('libtorrent hybrid', 'hybrid'),
	{
		name: 'btmany',
		isInstalled: () => true,
		make: (payload, torrent) =>
			btmany('make', '--align', '--announce', OLD_TRACKER, '--output', torrent, payload),
	},
];

const MAKE_SCRIPT = `
import sys, os, libtorrent as lt
files = lt.file_storage()
lt.add_files(files, sys.argv[1])
maker = lt.create_torrent(files, flags=lt.create_torrent.v1_only if sys.argv[4] == 'v1' else 0)
maker.add_tracker(sys.argv[3])
lt.set_piece_hashes(maker, os.path.dirname(sys.argv[1]))
open(sys.argv[2], 'wb').write(lt.bencode(maker.generate()))`;

/** libtorrent shuffles a tier when it reads it. */
const READ_SCRIPT = `
import sys, json, libtorrent as lt
info = lt.torrent_info(sys.argv[1])
tiers = {}
for entry in info.trackers(): tiers.setdefault(entry.tier, []).append(entry.url)
print(json.dumps({
	'infohash': str(info.info_hashes().v1), 'name': info.name(), 'tiers': [sorted(tiers[tier]) for tier in sorted(tiers)],
	'seeds': sorted(seed['url'] for seed in info.web_seeds())}))`;

function libtorrentMaker(name: string, kind: 'v1' | 'hybrid'): Maker {
	return {
		name,
		isHybrid: kind === 'hybrid',
		isInstalled: () => hasPythonModule(PYTHON, 'libtorrent'),
		make: (payload, torrent) =>
			execute(PYTHON, ['-c', MAKE_SCRIPT, payload, torrent, OLD_TRACKER, kind]),
	};
}

/** @param wanted - parts of names; all when empty */
export async function runToolCases(
	payload: Payload,
	wanted: readonly string[],
	isRequired: boolean,
	scoreboard: Scoreboard,
): Promise<void> {
	for (const maker of MAKERS) {
		const name = `tools: ${maker.name} makes, btmany edits, others read`;
		if (wanted.length > 0 && !wanted.some((part) => name.includes(part))) continue;
		if (!maker.isInstalled()) {
			const failure = `${maker.name} not installed`;
			if (isRequired) scoreboard.record({ name, seconds: 0, failure }, () => '');
			else scoreboard.skip(name, failure);
			continue;
		}
		const begunAt = performance.now();
		const failure = await roundTrip(maker, payload).then(
			() => undefined,
			(error: unknown) => (error instanceof Error ? error.message : String(error)),
		);
		const seconds = (performance.now() - begunAt) / 1000;
		scoreboard.record({ name, seconds, failure }, () => '');
	}
}

async function roundTrip(maker: Maker, payload: Payload): Promise<void> {
	const folder = path.join(setting('INTEROP_WORK'), `tools-${maker.name}`);
	await mkdir(folder, { recursive: true });
	const payloadPath = path.join(setting('INTEROP_ORIGINALS'), payload.name);
	const torrent = path.join(folder, 'made.torrent');
	await maker.make(payloadPath, torrent);
	const made = await shown(torrent);
	same('the tracker that was made', made['tiers'], [[OLD_TRACKER]]);
	await readByOthers(maker, torrent, String(made['infohash']), [[OLD_TRACKER]], []);

	const verified = await btmany('verify', '--json', torrent, payloadPath);
	same('the data', field(verified.split('\n').at(-2) ?? '', 'isComplete'), true);

	const tiers = [[TRACKERS[0], TRACKERS[1]], [TRACKERS[2]]];
	const list = tiers.map((tier) => tier.join(',')).join('|');
	const template = path.join(folder, 'template.torrent');
	await copyFile(torrent, template);
	await btmany('reannounce', TRACKERS[0], '--announce-list', list, template);
	await btmany('copy-announce', template, torrent);
	await btmany('web-seeds', WEB_SEED, torrent);
	await btmany('http-seeds', HTTP_SEED, torrent);
	same('the infohash after edits', (await shown(torrent))['infohash'], made['infohash']);
	await readByOthers(maker, torrent, String(made['infohash']), tiers, [HTTP_SEED, WEB_SEED]);

	if (hasCommand('transmission-edit') && maker.isHybrid !== true) {
		await execute('transmission-edit', ['-a', 'http://d.example/added', torrent]);
		const theirs = await shown(torrent);
		same('the infohash after their edit', theirs['infohash'], made['infohash']);
		same('their tracker', JSON.stringify(theirs['tiers']).includes('d.example/added'), true);
	}
	const renamed = await btmany('rename', '--json', torrent, 'renämed');
	const infohash = String(field(renamed, 'infohash'));
	if (infohash === made['infohash']) throw new Error('A rename did not change the infohash');
	const { name } = await readByLibtorrent(torrent, infohash);
	same('the new name', name, 'renämed');
}

/** Whatever other programs are there agree on infohash, trackers and seeds. */
async function readByOthers(
	{ isHybrid = false }: Maker,
	torrent: string,
	infohash: string,
	tiers: readonly (readonly string[])[],
	seeds: readonly string[],
): Promise<void> {
	if (hasCommand('transmission-show') && !isHybrid) {
		const { stdout } = await execute('transmission-show', [torrent]);
		same('the infohash of transmission', /Hash: ([0-9a-f]{40})/.exec(stdout)?.[1], infohash);
		for (const url of tiers.flat()) same(`transmission and ${url}`, stdout.includes(url), true);
	}
	const theirs = await readByLibtorrent(torrent, infohash);
	if (theirs['tiers'] === undefined) return;
	same('the tiers of libtorrent', theirs['tiers'], tiers);
	same('the seeds of libtorrent', theirs['seeds'], seeds);
}

async function readByLibtorrent(
	torrent: string,
	infohash: string,
): Promise<Readonly<Record<string, unknown>>> {
	if (!hasPythonModule(PYTHON, 'libtorrent')) return {};
	const { stdout } = await execute(PYTHON, ['-c', READ_SCRIPT, torrent]);
	const read = JSON.parse(stdout) as Record<string, unknown>;
	same('the infohash of libtorrent', read['infohash'], infohash);
	return read;
}

async function shown(torrent: string): Promise<Record<string, unknown>> {
	return JSON.parse(await btmany('show', '--json', torrent)) as Record<string, unknown>;
}

function field(json: string, key: string): unknown {
	return (JSON.parse(json) as Record<string, unknown>)[key];
}

function same(what: string, actual: unknown, expected: unknown): void {
	const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)];
	if (is !== should) throw new Error(`${what}: got ${is}, expected ${should}`);
}

async function btmany(...args: readonly string[]): Promise<string> {
	const program = path.join(setting('INTEROP_DIST'), 'bin', 'btmany.js');
	const home = setting('INTEROP_WORK');
	const env = { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8', HOME: home };
	const { stdout } = await execute(process.execPath, [program, ...args], { env });
	return stdout;
}
