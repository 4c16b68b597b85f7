/**
 * An HTTP tracker that means harm, in a process of its own so that the memory it needs for that is
 * not taken for the client's. The first element of the path says which answer is given. Sends its
 * port once; answers every message with what the path named in it was asked and has sent.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Writable } from 'node:stream';
import { createGzip } from 'node:zlib';
import { type FakeHttpTracker, startFakeHttpTracker } from './fake-tracker.js';

const GIB = 1024 ** 3;

export interface HostileReport {
	readonly requests: number;
	/** Since the last report. */
	readonly bytesSent: number;
}

/** Writes a gibibyte of zeros, or less when the other side has had enough. */
function pour(target: Writable, response: ServerResponse): void {
	const zeros = Buffer.alloc(64 * 1024);
	let written = 0;
	const more = (): void => {
		while (written < GIB && !response.destroyed) {
			written += zeros.byteLength;
			if (!target.write(zeros)) return;
		}
		target.end();
	};
	target.on('drain', more);
	more();
}

const ANSWERS: Readonly<Record<string, (response: ServerResponse) => void>> = {
	gzip(response) {
		response.writeHead(200, { 'content-encoding': 'gzip' });
		const gzip = createGzip();
		gzip.on('error', () => {});
		response.on('close', () => gzip.destroy());
		gzip.pipe(response);
		pour(gzip, response);
	},
	endless(response) {
		response.writeHead(200);
		pour(response, response);
	},
	stall(response) {
		response.writeHead(200, { 'content-length': '100' }).flushHeaders();
	},
	drip(response) {
		response.writeHead(200, { 'content-length': '100000' });
		const drip = setInterval(() => response.write('d'), 10);
		response.on('close', () => clearInterval(drip));
	},
	loop(response) {
		response.writeHead(302, { location: '/loop/announce' }).end();
	},
	negative(response) {
		response.end('d5:peers-1000000000:xe');
	},
	crowd(response) {
		response.write('d8:intervali1800e5:peers1200000:');
		response.write(Buffer.alloc(1_200_000, 9));
		response.end('e');
	},
	many(response) {
		response.write('d8:intervali1800e5:peers900000:');
		response.write(Buffer.alloc(900_000, 9));
		response.end('e');
	},
	zero(response) {
		response.end('d8:intervali0e5:peers0:e');
	},
};

function answer(request: IncomingMessage, response: ServerResponse): void {
	const name = request.url?.split('/')[1] ?? '';
	const give = ANSWERS[name];
	if (give === undefined) response.writeHead(404).end();
	else give(response);
}

function report(tracker: FakeHttpTracker, name: string, sentBefore: number): HostileReport {
	const requests = tracker.requests.filter((path) => path.startsWith(`/${name}/`)).length;
	return { requests, bytesSent: tracker.bytesSent() - sentBefore };
}

const tracker = await startFakeHttpTracker(answer);
let sentBefore = 0;
process.on('message', (name) => {
	process.send?.(report(tracker, String(name), sentBefore));
	sentBefore = tracker.bytesSent();
});
process.on('disconnect', () => process.exit(0));
process.send?.({ port: tracker.port });
