/**
 * What is remembered of one torrent between runs, and its form on disk. Own files are input too:
 * whatever does not read back exactly as it was written is refused, and the data is checked again.
 *
 * Layout: `btmany-resume 1 <SHA-1 of the rest, 40 hex digits>\n` and one JSON object.
 */
import { createHash } from 'node:crypto';
import { Bitfield } from '../primitives/bitfield.js';
import { utf8 } from '../primitives/bytes.js';
import type { Infohash } from '../primitives/infohash.js';
import { isResumeJson, type ResumeJson } from './resume-json.js';

/** Grows when the meaning of a field changes; other versions are not read. */
const RESUME_VERSION = 1;
const HEADER_BYTES: number = `btmany-resume ${RESUME_VERSION} `.length + 41;

/** How a file lay on disk when the record was made. */
export interface RecordedStamp {
	readonly exists: boolean;
	readonly sizeBytes: number;
	readonly mtimeMs: number;
	/** Device number: tells one volume from another. */
	readonly device: number;
}

export const STORED_PRIORITIES = ['off', 'low', 'normal', 'high'] as const;
export type StoredPriority = (typeof STORED_PRIORITIES)[number];

export interface ResumeRecord {
	readonly infohash: Infohash;
	/** Pieces that were verified, and flushed to the device before the record was made. */
	readonly have: Bitfield;
	/** One a file, in file order; empty when the files were never looked at. */
	readonly stamps: readonly RecordedStamp[];
	/** Lifetime payload totals, in bytes. */
	readonly uploadedBytes: number;
	readonly downloadedBytes: number;
	readonly wastedBytes: number;
	/** Milliseconds since 1970. */
	readonly addedAtMs: number;
	readonly completedAtMs: number | undefined;
	/** Time spent seeding, over all runs. */
	readonly seedingMs: number;
	/** One a file; empty when all are `normal`. */
	readonly filePriorities: readonly StoredPriority[];
	readonly isPaused: boolean;
	readonly isSequential: boolean;
	/** The user let it use files that were in its way. */
	readonly isForced: boolean;
	readonly savePath: string;
	readonly queuePosition: number;
	/** The `.torrent` it came from. */
	readonly torrentPath: string;
}

export function encodeResumeRecord(record: ResumeRecord): Uint8Array {
	const json: ResumeJson = {
		...record,
		pieceCount: record.have.length,
		have: Buffer.from(record.have.toBytes()).toString('base64'),
		stamps: record.stamps.map((s) => [s.exists ? 1 : 0, s.sizeBytes, s.mtimeMs, s.device]),
		completedAtMs: record.completedAtMs ?? null,
		filePriorities: record.filePriorities.map((name) => STORED_PRIORITIES.indexOf(name)).join(''),
	};
	const body = JSON.stringify(json);
	return utf8(`btmany-resume ${RESUME_VERSION} ${checksum(body)}\n${body}`);
}

/**
 * @param infohash - whose record it must be
 * @returns undefined for anything but a whole, unchanged record of this torrent and this version
 */
export function decodeResumeRecord(
	bytes: Uint8Array,
	infohash: Infohash,
): ResumeRecord | undefined {
	if (bytes.byteLength <= HEADER_BYTES) return undefined;
	const body = bytes.subarray(HEADER_BYTES);
	const header = `btmany-resume ${RESUME_VERSION} ${checksum(body)}\n`;
	if (Buffer.from(bytes.buffer, bytes.byteOffset, HEADER_BYTES).toString('latin1') !== header)
		return undefined;
	const json = parseJson(body);
	if (!isResumeJson(json) || json.infohash !== infohash) return undefined;
	return fromJson(json, infohash);
}

function fromJson(json: ResumeJson, infohash: Infohash): ResumeRecord | undefined {
	const have = Bitfield.fromBytes(Buffer.from(json.have, 'base64'), json.pieceCount);
	const filePriorities = prioritiesOf(json.filePriorities);
	if (have === undefined || filePriorities === undefined) return undefined;
	return {
		infohash,
		have,
		stamps: json.stamps.map(([exists, sizeBytes, mtimeMs, device]) => ({
			exists: exists === 1,
			sizeBytes,
			mtimeMs,
			device,
		})),
		uploadedBytes: json.uploadedBytes,
		downloadedBytes: json.downloadedBytes,
		wastedBytes: json.wastedBytes,
		addedAtMs: json.addedAtMs,
		completedAtMs: json.completedAtMs ?? undefined,
		seedingMs: json.seedingMs,
		filePriorities,
		isPaused: json.isPaused,
		isSequential: json.isSequential,
		isForced: json.isForced,
		savePath: json.savePath,
		queuePosition: json.queuePosition,
		torrentPath: json.torrentPath,
	};
}

function prioritiesOf(digits: string): StoredPriority[] | undefined {
	const priorities: StoredPriority[] = [];
	for (const digit of digits) {
		const priority = STORED_PRIORITIES[Number(digit)];
		if (priority === undefined) return undefined;
		priorities.push(priority);
	}
	return priorities;
}

function checksum(body: string | Uint8Array): string {
	return createHash('sha1').update(body).digest('hex');
}

function parseJson(bytes: Uint8Array): unknown {
	try {
		return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString());
	} catch {
		return undefined; // Not a record: the caller's answer is the same for all such bytes.
	}
}
