/** What is transferred: payloads with known bytes and `.torrent` files made by mktorrent. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { pseudoRandomBytes } from '../helpers/make-payload.js';
import { TRACKER_ADDRESS, TRACKER_PORT } from './settings.js';

const run = promisify(execFile);

export type TrackerKind = 'http' | 'udp' | 'none';

export interface Payload {
	/** Also the name inside the torrent. */
	readonly name: string;
	readonly tracker: TrackerKind;
	readonly torrentPath: string;
	readonly infohash: string;
	/** By path relative to the folder the payload is in, with lengths in bytes. */
	readonly files: Readonly<Record<string, number>>;
}

interface PayloadPlan {
	readonly tracker: TrackerKind;
	/** Exponent of two. */
	readonly pieceLengthBits: number;
	/** A single file when a number. */
	readonly content: number | Readonly<Record<string, number>>;
}

/** Empty, one byte, a block, a block and a byte, odd sizes; pieces cross files everywhere. */
const MIXED = {
	'a-empty.bin': 0,
	'b-one-byte.txt': 1,
	'odd.dat': 1_234_567,
	'sub folder/block.bin': 16_384,
	'sub folder/deeper/block-and-one.bin': 16_385,
	'sub folder/deeper/ünïcödé 名前.txt': 3_333,
	'sub folder/empty-too': 0,
	'z-last.bin': 777_777,
} as const;

const PLANS = {
	'mixed-http': { tracker: 'http', pieceLengthBits: 15, content: MIXED },
	'mixed-udp': { tracker: 'udp', pieceLengthBits: 16, content: MIXED },
	'50MiB-http': { tracker: 'http', pieceLengthBits: 18, content: 52_428_800 },
	'1B-http': { tracker: 'http', pieceLengthBits: 15, content: 1 },
	'16KiB-udp': { tracker: 'udp', pieceLengthBits: 15, content: 16_384 },
	'16KiB+1-udp': { tracker: 'udp', pieceLengthBits: 15, content: 16_385 },
	'mixed-trackerless': { tracker: 'none', pieceLengthBits: 15, content: MIXED },
	'triangle-1': { tracker: 'http', pieceLengthBits: 15, content: { one: 2_000_001, two: 99 } },
	'triangle-2': { tracker: 'udp', pieceLengthBits: 15, content: 2_222_222 },
	'triangle-3': { tracker: 'http', pieceLengthBits: 16, content: 1_999_999 },
} as const satisfies Readonly<Record<string, PayloadPlan>>;

export type PayloadName = keyof typeof PLANS;
export type Payloads = Readonly<Record<PayloadName, Payload>>;

/** Writes the originals into `folder`, which nobody but `comparePayload` reads afterwards. */
export async function makePayloads(folder: string, torrentFolder: string): Promise<Payloads> {
	const made: Partial<Record<PayloadName, Payload>> = {};
	const names = Object.keys(PLANS) as PayloadName[];
	for (const [index, name] of names.entries()) {
		made[name] = await makePayload(folder, torrentFolder, name, PLANS[name], index + 1);
	}
	return made as Payloads;
}

async function makePayload(
	folder: string,
	torrentFolder: string,
	name: string,
	plan: PayloadPlan,
	seed: number,
): Promise<Payload> {
	const sizes =
		typeof plan.content === 'number'
			? { [name]: plan.content }
			: Object.fromEntries(Object.entries(plan.content).map(([k, v]) => [path.join(name, k), v]));
	for (const [index, [file, lengthBytes]] of Object.entries(sizes).entries()) {
		const target = path.join(folder, file);
		await mkdir(path.dirname(target), { recursive: true });
		await writeFile(target, pseudoRandomBytes(lengthBytes, seed * 1000 + index));
	}
	const torrentPath = path.join(torrentFolder, `${name}.torrent`);
	const announce =
		plan.tracker === 'none'
			? []
			: ['-a', `${plan.tracker}://${TRACKER_ADDRESS}:${TRACKER_PORT}/announce`];
	const options = ['-l', `${plan.pieceLengthBits}`, '-o', torrentPath, ...announce];
	await run('mktorrent', [...options, path.join(folder, name)]);
	const { infohash } = parseMetainfo(await readFile(torrentPath), sha1);
	return { name, tracker: plan.tracker, torrentPath, infohash, files: sizes };
}

function sha1(bytes: Uint8Array): Uint8Array {
	return createHash('sha1').update(bytes).digest();
}

/** Gives a seeder its own copy: what a client does to its files must not change the original. */
export async function copyPayload(from: string, to: string, payload: Payload): Promise<void> {
	await mkdir(to, { recursive: true });
	await cp(path.join(from, payload.name), path.join(to, payload.name), { recursive: true });
}

/** @returns what differs, or undefined when every file is byte for byte the same */
export async function comparePayload(
	original: string,
	copy: string,
	payload: Payload,
	options: { readonly mayLackEmptyFiles: boolean },
): Promise<string | undefined> {
	for (const [file, lengthBytes] of Object.entries(payload.files)) {
		if (lengthBytes === 0 && options.mayLackEmptyFiles) continue;
		try {
			await run('cmp', [path.join(original, file), path.join(copy, file)]);
		} catch (error) {
			const { stderr = '', stdout = '' } = error as { stderr?: string; stdout?: string };
			return `${stdout}${stderr}`.trim();
		}
	}
	return undefined;
}
