import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { Bitfield } from '../../src/primitives/bitfield.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import { WireDecoder } from '../../src/wire/decoder.js';
import { HandshakeDecoder } from '../../src/wire/handshake.js';
import { handshakeFor, rawPeer } from '../helpers/fake-peer.js';
import { liveSession, waitFor, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PROGRAM = fileURLToPath(new URL('../helpers/crash-session.js', import.meta.url));
const PIECE = 65_536;
const LENGTH = 4_000_003;
const PIECES = Math.ceil(LENGTH / PIECE);
const RATE = 500_000;
const KILLS = 12;

interface Run {
	readonly child: ChildProcess;
	readonly port: number;
	/** Resolves when the download is complete. */
	readonly done: Promise<void>;
	problems(): string;
}

/** Starts the program; resolves when it listens. */
async function start(t: ExecutionContext, args: readonly string[]): Promise<Run> {
	const child = spawn(process.execPath, [PROGRAM, ...args], {
		stdio: ['ignore', 'pipe', 'inherit'],
	});
	t.teardown(() => child.kill('SIGKILL'));
	let output = '';
	const saw = async (pattern: RegExp): Promise<RegExpExecArray> => {
		for (;;) {
			const match = pattern.exec(output);
			if (match !== null) return match;
			await new Promise<void>((resolve) => {
				child.stdout?.once('data', () => resolve());
				child.once('exit', () => resolve());
			});
			if (child.exitCode !== null) throw new Error(`the program ended: ${output}`);
			if (child.signalCode !== null) return new Promise(() => {});
		}
	};
	child.stdout?.on('data', (chunk: Buffer) => {
		output += chunk.toString();
	});
	const [, port] = await saw(/^port (\d+)$/m);
	return {
		child,
		port: Number(port),
		done: saw(/^done$/m).then(() => {}),
		problems: () => [...output.matchAll(/^problem .*$/gm)].join('\n'),
	};
}

async function kill(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
	child.kill('SIGKILL');
	await exited;
}

/** What the session on `port` offers to a stranger; undefined when it does not take the torrent yet. */
async function offered(
	t: ExecutionContext,
	port: number,
	infohash: Infohash,
): Promise<Bitfield | undefined> {
	const peer = await rawPeer(t, port).catch(() => undefined);
	if (peer === undefined) return undefined;
	peer.socket.write(handshakeFor(infohash, 'stranger'));
	const handshake = await peer.receivedAtLeast(68, 1000).catch(() => undefined);
	if (handshake === undefined) return undefined;
	// What has a bitfield says it first; a moment for it and for the pieces that follow.
	await wait(60);
	const bytes = peer.received();
	peer.socket.destroy();
	let told = new Bitfield(PIECES);
	const used = new HandshakeDecoder().push(bytes);
	new WireDecoder(
		{
			message(message) {
				if (message.type === 'bitfield')
					told = Bitfield.fromBytes(message.bytes, PIECES) ?? new Bitfield(PIECES);
				if (message.type === 'have') told.set(message.piece);
				if (message.type === 'have-all') told = Bitfield.full(PIECES);
			},
			blockStart: () => undefined,
			blockEnd: () => {},
		},
		{ pieceCount: PIECES },
	).push(bytes.subarray(used));
	return told;
}

function digest(bytes: Uint8Array, piece: number): string {
	const part = bytes.subarray(piece * PIECE, (piece + 1) * PIECE);
	return createHash('sha1').update(part).digest('hex');
}

test('a session that is killed again and again loses little, offers nothing wrong and ends with the right file', async (t) => {
	const folder = await tempFolder(t);
	const bytes = pseudoRandomBytes(LENGTH, 11);
	const torrent = makeTorrent('crash.bin', [{ path: 'crash.bin', bytes }], {
		pieceLengthBytes: PIECE,
	});
	const seedFolder = path.join(folder, 'seed');
	await writePayload(path.join(seedFolder, 'data'), torrent);
	const seed = await liveSession(t, seedFolder);
	const infohash = await seed.add(torrent);
	await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');

	const crashFolder = path.join(folder, 'crash');
	const dataFolder = path.join(crashFolder, 'data');
	await mkdir(dataFolder, { recursive: true });
	const torrentPath = path.join(folder, 'crash.torrent');
	await writeFile(torrentPath, torrent.metainfoBytes);
	const args = [crashFolder, torrentPath, String(seed.port)];
	let comparisons = 0;
	let offeredPieces = 0;
	const compare = async (port: number): Promise<void> => {
		const told = await offered(t, port, infohash);
		if (told === undefined) return;
		const onDisk = await readFile(path.join(dataFolder, 'crash.bin')).catch(() => Buffer.alloc(0));
		comparisons++;
		for (let piece = 0; piece < PIECES; piece++) {
			if (!told.has(piece)) continue;
			offeredPieces++;
			t.is(digest(onDisk, piece), digest(bytes, piece), `piece ${piece} was offered`);
		}
	};
	for (let kills = 0; kills < KILLS; kills++) {
		const run = await start(t, [...args, String(RATE)]);
		const died = wait(150 + Math.random() * 900).then(() => kill(run.child));
		while (run.child.signalCode === null && run.child.exitCode === null) {
			await Promise.race([died, wait(100).then(() => compare(run.port))]);
		}
		await died;
		t.is(run.problems(), '');
	}
	const last = await start(t, [...args, '0']);
	await last.done;
	await compare(last.port);
	await kill(last.child);
	t.true(await isPayloadIn(dataFolder, torrent));
	t.true(comparisons > 1, `${comparisons} comparisons`);
	t.true(offeredPieces >= PIECES, `${offeredPieces} pieces were offered`);
	await waitForTorrent(seed.session, infohash, ({ uploadedBytes }) => uploadedBytes >= LENGTH);
	const { revision } = seed.session.getSnapshot();
	const counted = await waitFor(seed.session, (snapshot) => snapshot.revision > revision + 1);
	const sent = counted.torrents[0]?.uploadedBytes ?? 0;
	const againBytes = sent - LENGTH;
	t.log(`${KILLS} kills, ${againBytes} of ${LENGTH} bytes sent again, ${comparisons} comparisons`);
	// What one kill may cost: the pieces that were open, and what the sockets held.
	t.true(againBytes < KILLS * (RATE * 0.5 + 4 * PIECE), `${againBytes} bytes were sent again`);
});
