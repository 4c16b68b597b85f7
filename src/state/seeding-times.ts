/**
 * How long each torrent has seeded, in one file for all: it grows for thousands of quiet torrents whose
 * resume records have no other reason to be written.
 *
 * Layout: `btmany-seeding 1 <SHA-1 of the rest, 40 hex digits>\n` and one JSON object of milliseconds
 * by infohash.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Infohash, parseInfohash } from '../primitives/infohash.js';
import { makeFolder } from '../primitives/make-folder.js';
import { atomicWrite } from './atomic-write.js';

const HEADER = 'btmany-seeding 1 ';

/** Times by infohash; empty when there is no file, or it is damaged: then the records' times count. */
export async function loadSeedingTimes(file: string): Promise<Map<Infohash, number>> {
	const times = new Map<Infohash, number>();
	for (const [key, value] of Object.entries(await readObject(file))) {
		const infohash = parseInfohash(key);
		if (infohash !== undefined && typeof value === 'number' && value >= 0)
			times.set(infohash, value);
	}
	return times;
}

/** @throws {StateError} STATE_WRITE_FAILED; the file saved before is intact */
export async function saveSeedingTimes(
	file: string,
	times: ReadonlyMap<Infohash, number>,
): Promise<void> {
	const body = JSON.stringify(Object.fromEntries(times));
	await makeFolder(path.dirname(file), 0o700);
	await atomicWrite(file, Buffer.from(`${HEADER}${checksum(body)}\n${body}`));
}

async function readObject(file: string): Promise<object> {
	try {
		const text = await readFile(file, 'utf8');
		const end = text.indexOf('\n');
		const body = text.slice(end + 1);
		if (text.slice(0, end) !== HEADER + checksum(body)) return {};
		const value: unknown = JSON.parse(body);
		return typeof value === 'object' && value !== null ? value : {};
	} catch {
		return {}; // Not there or not readable: nothing is lost but time spent seeding.
	}
}

function checksum(body: string): string {
	return createHash('sha1').update(body).digest('hex');
}
