import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import test from 'ava';
import { systemClock } from '../../src/primitives/clock.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import type { AnnounceRequest, AnnounceResponse } from '../../src/tracker/announce.js';
import { TrackerError } from '../../src/tracker/tracker-error.js';
import { TrackerTransports } from '../../src/tracker/tracker-transports.js';
import type { HostileReport } from '../helpers/hostile-tracker-process.js';

const MIB = 1024 * 1024;

const REQUEST: AnnounceRequest = {
	infohash: parseInfohash('ab'.repeat(20))!,
	peerId: new Uint8Array(20),
	port: 6881,
	ip: undefined,
	key: '00000000',
	event: undefined,
	numWant: 50,
	trackerId: undefined,
	uploadedBytes: 0,
	downloadedBytes: 0,
	leftBytes: 0,
};

let hostile: ChildProcess;
let port = 0;
let transports: TrackerTransports;

async function message<T>(): Promise<T> {
	const [value] = await once(hostile, 'message');
	return value as T;
}

test.before(async () => {
	hostile = fork(new URL('../helpers/hostile-tracker-process.js', import.meta.url), {
		execArgv: [],
	});
	({ port } = await message<{ port: number }>());
	transports = new TrackerTransports({
		random: Math.random,
		clock: systemClock,
		userAgent: 'test/1',
		bindAddress: '127.0.0.1',
	});
});

test.after.always(async () => {
	await transports.close();
	hostile.disconnect();
	await once(hostile, 'exit');
});

/** One announce for the answer called `name`: what came of it. */
async function announce(name: string): Promise<AnnounceResponse | TrackerError> {
	const request = { ...REQUEST, patienceMs: name === 'stall' || name === 'drip' ? 150 : undefined };
	const url = `http://127.0.0.1:${port}/${name}/announce`;
	try {
		return await transports.announce(url, request, new AbortController().signal);
	} catch (error) {
		if (error instanceof TrackerError) return error;
		throw error;
	}
}

async function report(name: string): Promise<HostileReport> {
	hostile.send(name);
	return message<HostileReport>();
}

function codeOf(outcome: AnnounceResponse | TrackerError): string {
	return outcome instanceof TrackerError ? outcome.code : 'answered';
}

test.serial('a gzip answer that would become 1 GiB is dropped after 1 MiB', async (t) => {
	await report('gzip');
	t.is(codeOf(await announce('gzip')), 'TRACKER_BAD_ANSWER');
	const { bytesSent } = await report('gzip');
	t.true(bytesSent < 500_000, `${bytesSent} bytes of gzip were taken`);
});

test.serial('an endless answer is dropped after 1 MiB', async (t) => {
	await report('endless');
	t.is(codeOf(await announce('endless')), 'TRACKER_BAD_ANSWER');
	const { bytesSent } = await report('endless');
	// What the kernel holds between the two sockets counts as sent.
	t.true(bytesSent < 16 * MIB, `${bytesSent} bytes were taken`);
});

const givenUp = test.macro(async (t, name: string) => {
	const startedAt = performance.now();
	t.is(codeOf(await announce(name)), 'TRACKER_TIMEOUT');
	t.true(performance.now() - startedAt < 3000);
});
test.serial('a tracker that sends headers and then nothing is given up in time', givenUp, 'stall');
test.serial('a tracker that sends a byte now and then is given up in time', givenUp, 'drip');

test.serial('a redirect loop ends after five redirects', async (t) => {
	const { requests: before } = await report('loop');
	t.is(codeOf(await announce('loop')), 'TRACKER_BAD_ANSWER');
	const { requests } = await report('loop');
	t.is(requests - before, 6);
});

test.serial('a negative string length is a bad answer', async (t) => {
	t.is(codeOf(await announce('negative')), 'TRACKER_BAD_ANSWER');
});

test.serial('two hundred thousand peers are too long an answer', async (t) => {
	t.is(codeOf(await announce('crowd')), 'TRACKER_BAD_ANSWER');
});

test.serial('of as many peers as fit into an answer a thousand are taken', async (t) => {
	const outcome = await announce('many');
	t.is(outcome instanceof TrackerError ? outcome.message : outcome.peers.length, 1000);
});

test.serial('an interval of 0 does not make us hammer', async (t) => {
	const outcome = await announce('zero');
	t.is(outcome instanceof TrackerError ? outcome.message : outcome.intervalSeconds, 60);
});

test.serial('none of these answers costs more than a few megabytes of memory', async (t) => {
	const names = ['gzip', 'endless', 'loop', 'negative', 'crowd', 'zero', 'stall'];
	const coldBytes = process.memoryUsage.rss();
	let mostBytes = coldBytes;
	const watch = setInterval(() => {
		mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
	}, 2);
	for (let round = 0; round < 15; round++) {
		for (const name of names.slice(0, -1)) await announce(name);
	}
	// The room that the garbage of ninety answers takes before it is collected, all in all.
	const roomBytes = mostBytes - coldBytes;
	await announce('stall');
	const warmBytes = process.memoryUsage.rss();
	mostBytes = warmBytes;
	for (const name of names) await announce(name);
	clearInterval(watch);
	const growthBytes = mostBytes - warmBytes;
	t.log(`RSS grew by ${roomBytes >> 10} KiB at first, then by ${growthBytes >> 10} KiB`);
	t.true(roomBytes < 64 * MIB, `RSS grew by ${roomBytes} bytes in all`);
	t.true(growthBytes < 5 * MIB, `RSS grew by ${growthBytes} bytes with one more of each`);
});
