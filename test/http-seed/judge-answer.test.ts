import test from 'ava';
import { type AnswerVerdict, judgeAnswer } from '../../src/http-seed/judge-answer.js';

/** 1,000 bytes from 2,000,000 on, of a file of 5,000,000. */
const PART = {
	type: 'file',
	url: 'http://x/',
	fileIndex: 3,
	fromBytes: 2_000_000,
	lengthBytes: 1000,
	fileBytes: 5_000_000,
} as const;
const PIECE = { type: 'piece', url: 'http://x/', lengthBytes: 1000 } as const;
const RIGHT = 'bytes 2000000-2000999/5000000';

type Headers = Readonly<Record<string, string>>;

function short(verdict: AnswerVerdict): string {
	if (verdict.type === 'body') return `body ${verdict.skipBytes}${verdict.isCut ? ' cut' : ''}`;
	if (verdict.type === 'wait') return 'wait';
	const { failure } = verdict;
	return failure.type === 'busy' ? `busy ${failure.waitMs}` : failure.type;
}

const judged = test.macro({
	title: (_provided, status: number, headers: Headers, verdict: string) =>
		`a range answered with ${status} ${JSON.stringify(headers)} is judged: ${verdict}`,
	exec(t, status: number, headers: Headers, verdict: string) {
		t.is(short(judgeAnswer(PART, { status, headers })), verdict);
	},
});
test(judged, 206, { 'content-range': RIGHT, 'content-length': '1000' }, 'body 0');
test(judged, 206, { 'content-range': 'bytes 2000000-2000999/*' }, 'body 0');
test(judged, 206, {}, 'refused');
test(judged, 206, { 'content-type': 'multipart/byteranges; boundary=x' }, 'refused');
test(judged, 206, { 'content-range': RIGHT, 'content-length': '1001' }, 'refused');
test(judged, 206, { 'content-range': RIGHT, 'content-encoding': 'gzip' }, 'refused');
test(judged, 206, { 'content-range': 'bytes 2000000-2000998/5000000' }, 'refused');
test(judged, 206, { 'content-range': 'bytes 2000001-2001000/5000000' }, 'refused');
test(judged, 206, { 'content-range': 'bytes 2000000-2000999/5000001' }, 'refused');
test(judged, 206, { 'content-range': 'bytes 0-999/5000000' }, 'refused');
test(judged, 200, { 'content-length': '5000000' }, 'refused');
test(judged, 204, {}, 'refused');
test(judged, 304, {}, 'refused');
test(judged, 404, {}, 'missing');
test(judged, 410, {}, 'missing');
test(judged, 416, {}, 'missing');
test(judged, 503, {}, 'busy undefined');
test(judged, 503, { 'retry-after': '7' }, 'busy 7000');
test(judged, 429, { 'retry-after': '999999999' }, 'busy 3600000');
test(judged, 503, { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, 'busy undefined');

test('a whole file instead of a range near its start is read past to what is wanted', (t) => {
	const part = { ...PART, fromBytes: 5000 };
	t.is(short(judgeAnswer(part, { status: 200, headers: {} })), 'body 5000 cut');
	const atEnd = { ...part, fileBytes: 6000 };
	t.is(short(judgeAnswer(atEnd, { status: 200, headers: {} })), 'body 5000');
	const other = { status: 200, headers: { 'content-length': '4999999' } };
	t.is(short(judgeAnswer(part, other)), 'refused');
});

test('a BEP 17 answer of 503 says how long to wait, one of 200 must have the right length', (t) => {
	t.is(short(judgeAnswer(PIECE, { status: 503, headers: {} })), 'wait');
	t.is(short(judgeAnswer(PIECE, { status: 200, headers: {} })), 'body 0');
	t.is(short(judgeAnswer(PIECE, { status: 200, headers: { 'content-length': '9' } })), 'refused');
	t.is(short(judgeAnswer(PIECE, { status: 404, headers: {} })), 'missing');
});
