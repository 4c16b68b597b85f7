/**
 * Whether an answer of an HTTP seed is what was asked for, judged by its status and headers alone,
 * before any of the body is taken. Pure.
 * @see RFC 9110, 14 (range requests); BEP 17; BEP 19
 */
import type { SeedFailure } from './seed-failure.js';
import { waitFromSeconds } from './seed-failure.js';
import type { SeedPart } from './seed-part.js';

/** A server without ranges sends whole files: so much of one is read past to what is wanted. */
const MAX_SKIPPED_BYTES = 1024 * 1024;

/** Statuses for what is not there, or not for us. */
const MISSING: ReadonlySet<number> = new Set([401, 403, 404, 410, 416]);
/** Statuses of a server that can not do it now. */
const BUSY: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

export interface AnswerHead {
	readonly status: number;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

export type AnswerVerdict =
	/** `skipBytes` come before what is wanted; `isCut`: more comes after it, which is not read. */
	| { readonly type: 'body'; readonly skipBytes: number; readonly isCut: boolean }
	/** The body is a number of seconds to wait (BEP 17). */
	| { readonly type: 'wait' }
	| { readonly type: 'failed'; readonly failure: SeedFailure };

/** @param part - what was asked for */
export function judgeAnswer(
	part: Exclude<SeedPart, { type: 'zeros' }>,
	head: AnswerHead,
): AnswerVerdict {
	const { status } = head;
	if (status === 503 && part.type === 'piece') return { type: 'wait' };
	if (MISSING.has(status)) {
		const fileIndex = part.type === 'file' ? part.fileIndex : undefined;
		const reason = `answered ${status}`;
		return { type: 'failed', failure: { type: 'missing', fileIndex, reason } };
	}
	if (BUSY.has(status)) {
		const waitMs = waitFromSeconds(header(head, 'retry-after') ?? '');
		return { type: 'failed', failure: { type: 'busy', waitMs, reason: `answered ${status}` } };
	}
	if (status !== 200 && status !== 206) return refused(`answered ${status}`);
	const encoding = header(head, 'content-encoding')?.trim().toLowerCase() ?? 'identity';
	if (encoding !== 'identity' && encoding !== '')
		return refused('compressed what must not be compressed');
	const announced = header(head, 'content-length');
	const lengthBytes = announced === undefined ? undefined : Number(announced);
	if (part.type === 'file' && status === 200) return judgeWholeFile(part, lengthBytes);
	if (part.type === 'file') {
		const reason = wrongRange(part, header(head, 'content-range'));
		if (reason !== undefined) return refused(reason);
	}
	if (lengthBytes !== undefined && lengthBytes !== part.lengthBytes)
		return refused(`answered with ${announced} bytes, asked for ${part.lengthBytes}`);
	return { type: 'body', skipBytes: 0, isCut: false };
}

/** A server may ignore ranges; that is of use near the start of a file only. */
function judgeWholeFile(
	part: Extract<SeedPart, { type: 'file' }>,
	lengthBytes: number | undefined,
): AnswerVerdict {
	if (lengthBytes !== undefined && lengthBytes !== part.fileBytes)
		return refused(`has a file of ${lengthBytes} bytes, expected ${part.fileBytes}`);
	if (part.fromBytes > MAX_SKIPPED_BYTES) return refused('does not serve parts of files');
	const isCut = part.fromBytes + part.lengthBytes < part.fileBytes;
	return { type: 'body', skipBytes: part.fromBytes, isCut };
}

/** Why a 206 is not the range asked for. */
function wrongRange(
	part: Extract<SeedPart, { type: 'file' }>,
	contentRange: string | undefined,
): string | undefined {
	const match = /^\s*bytes\s+(\d+)-(\d+)\/(\d+|\*)\s*$/i.exec(contentRange ?? '');
	if (match === null) return 'does not say which range it sends';
	const [, first, last, total] = match;
	if (total !== '*' && Number(total) !== part.fileBytes)
		return `has a file of ${total} bytes, expected ${part.fileBytes}`;
	const isAsked =
		Number(first) === part.fromBytes && Number(last) === part.fromBytes + part.lengthBytes - 1;
	return isAsked ? undefined : 'answered with another range';
}

function header({ headers }: AnswerHead, name: string): string | undefined {
	const value = headers[name];
	return Array.isArray(value) ? value.join(', ') : value;
}

function refused(reason: string): AnswerVerdict {
	return { type: 'failed', failure: { type: 'refused', reason } };
}
