/** The JSON inside a resume record, and the check that an unknown value is one. */

/** `[exists, sizeBytes, mtimeMs, device]`, exists as 0 or 1. */
export type StampJson = readonly [number, number, number, number];

export interface ResumeJson {
	readonly infohash: string;
	readonly pieceCount: number;
	/** Base64 of the wire form. */
	readonly have: string;
	readonly stamps: readonly StampJson[];
	readonly uploadedBytes: number;
	readonly downloadedBytes: number;
	readonly wastedBytes: number;
	readonly addedAtMs: number;
	readonly completedAtMs: number | null;
	readonly seedingMs: number;
	/** One digit a file. */
	readonly filePriorities: string;
	readonly isPaused: boolean;
	readonly isSequential: boolean;
	readonly isForced: boolean;
	readonly savePath: string;
	readonly queuePosition: number;
	readonly torrentPath: string;
}

type Check = (value: unknown) => boolean;

const isCount: Check = (value) =>
	typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isAmount: Check = (value) =>
	typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const isFinite: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isStamp: Check = (value) =>
	Array.isArray(value) && value.length === 4 && value.every(isFinite);

const CHECKS: Readonly<Record<keyof ResumeJson, Check>> = {
	infohash: isText,
	pieceCount: isCount,
	have: isText,
	stamps: (value) => Array.isArray(value) && value.every(isStamp),
	uploadedBytes: isAmount,
	downloadedBytes: isAmount,
	wastedBytes: isAmount,
	addedAtMs: isFinite,
	completedAtMs: (value) => value === null || isFinite(value),
	seedingMs: isAmount,
	filePriorities: isText,
	isPaused: isFlag,
	isSequential: isFlag,
	isForced: isFlag,
	savePath: isText,
	queuePosition: isFinite,
	torrentPath: isText,
};

/** True when every field is there and of its kind. */
export function isResumeJson(value: unknown): value is ResumeJson {
	if (typeof value !== 'object' || value === null) return false;
	const fields = new Map<string, unknown>(Object.entries(value));
	return Object.entries(CHECKS).every(([name, check]) => check(fields.get(name)));
}
