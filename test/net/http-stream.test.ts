import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { HttpReach } from '../../src/net/http-agents.js';
import { type HttpStream, HttpStreamer } from '../../src/net/http-stream.js';
import { Resolver } from '../../src/net/resolver.js';
import { type AddressScope, addressScope } from '../../src/primitives/address-range.js';
import { systemClock } from '../../src/primitives/clock.js';

/** 127.0.0.1 plays the Internet, every other loopback address this machine. */
function pretendPublic(address: string): AddressScope {
	return address === '127.0.0.1' ? 'public' : addressScope(address);
}

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function makeStreamer(
	t: ExecutionContext,
	scopeOf?: (address: string) => AddressScope,
): HttpStreamer {
	const streamer = new HttpStreamer({
		resolver: new Resolver({ clock: systemClock }),
		userAgent: 'test/1',
		scopeOf,
	});
	t.teardown(() => streamer.close());
	return streamer;
}

interface Answer {
	readonly status: number | undefined;
	readonly body: string;
	readonly error: string | undefined;
}

function fetched(
	streamer: HttpStreamer,
	url: string,
	reach: HttpReach = 'anywhere',
	onChunk: (stream: HttpStream) => void = () => {},
): Promise<Answer> {
	return new Promise((resolve) => {
		let status: number | undefined;
		const chunks: Buffer[] = [];
		const body = (): string => Buffer.concat(chunks).toString();
		const stream = streamer.get(
			url,
			{ reach, headers: { range: 'bytes=1-2' } },
			{
				onHead: (head) => {
					status = head.status;
				},
				onData: (chunk) => {
					chunks.push(Buffer.from(chunk));
					onChunk(stream);
				},
				onEnd: () => resolve({ status, body: body(), error: undefined }),
				onError: ({ code }) => resolve({ status, body: body(), error: code }),
			},
		);
	});
}

test('headers go out through a redirect, and the answer at its end is handed over', async (t) => {
	const url = await serve(t, (request, response) => {
		if (request.url === '/') response.writeHead(307, { location: '/there' }).end('not this');
		else response.end(`${request.headers.range} ${request.headers['user-agent']}`);
	});
	t.deepEqual(await fetched(makeStreamer(t), url), {
		status: 200,
		body: 'bytes=1-2 test/1',
		error: undefined,
	});
});

test('a redirect from a public address to this machine or its network is not followed', async (t) => {
	for (const location of ['http://127.0.0.2:1/', 'http://10.0.0.1/', 'http://[::1]:1/']) {
		const url = await serve(t, (_request, response) => {
			response.writeHead(302, { location }).end();
		});
		const { status, error } = await fetched(makeStreamer(t, pretendPublic), url);
		t.deepEqual([status, error], [undefined, 'HTTP_FORBIDDEN_ADDRESS'], location);
	}
});

test('an address out of reach is refused whatever its name', async (t) => {
	const url = await serve(t, (_request, response) => response.end());
	const streamer = makeStreamer(t);
	for (const text of [
		url,
		url.replace('127.0.0.1', 'localhost'),
		url.replace('127.0.0.1', '0x7f.1'),
	]) {
		for (const reach of ['public', 'not-loopback'] as const) {
			t.is(
				(await fetched(streamer, text, reach)).error,
				'HTTP_FORBIDDEN_ADDRESS',
				`${text} ${reach}`,
			);
		}
	}
	t.is((await fetched(streamer, url, 'not-private')).status, 200);
});

test('a body that breaks off is an error, a bad URL too', async (t) => {
	const url = await serve(t, (_request, response) => {
		response.writeHead(200, { 'content-length': 10 });
		response.write('12345', () => response.destroy());
	});
	const streamer = makeStreamer(t);
	t.like(await fetched(streamer, url), { body: '12345', error: 'HTTP_FAILED' });
	t.is((await fetched(streamer, 'ftp://x/')).error, 'HTTP_BAD_URL');
	t.is((await fetched(streamer, 'nonsense')).error, 'HTTP_BAD_URL');
});

test('a paused stream hands over nothing until it goes on', async (t) => {
	const url = await serve(t, (_request, response) => response.end(Buffer.alloc(1_000_000, 'x')));
	let isPaused = false;
	let chunks = 0;
	const { body } = await fetched(makeStreamer(t), url, 'anywhere', (stream) => {
		t.false(isPaused);
		chunks++;
		isPaused = true;
		stream.pause();
		setImmediate(() => {
			isPaused = false;
			stream.resume();
		});
	});
	t.is(body.length, 1_000_000);
	t.true(chunks > 1);
});
