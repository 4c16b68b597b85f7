import { deflateSync, gzipSync } from 'node:zlib';
import test from 'ava';
import { HttpError, type HttpErrorCode } from '../../src/net/http-error.js';
import { HttpGetter } from '../../src/net/http-get.js';
import { Resolver } from '../../src/net/resolver.js';
import { type AddressScope, addressScope } from '../../src/primitives/address-range.js';
import { systemClock } from '../../src/primitives/clock.js';
import { type FakeHttpTracker, startFakeHttpTracker } from '../helpers/fake-tracker.js';

const never = new AbortController().signal;

/** Names of `names` only; nothing leaves the machine. */
function makeGetter(
	names: Readonly<Record<string, readonly string[]>> = {},
	scopeOf?: (address: string) => AddressScope,
): HttpGetter {
	const find = async (name: string): Promise<readonly string[]> => names[name] ?? [];
	const resolver = new Resolver({
		clock: systemClock,
		sources: { hosts: find, network: find, system: find, cancel: () => {} },
	});
	return new HttpGetter({ clock: systemClock, resolver, userAgent: 'test/1', scopeOf });
}

async function codeOf(promise: Promise<unknown>): Promise<HttpErrorCode | undefined> {
	try {
		await promise;
	} catch (error) {
		if (error instanceof HttpError) return error.code;
		throw error;
	}
	return undefined;
}

/** 127.0.0.1 plays the Internet, every other loopback address this machine. */
function pretendPublic(address: string): AddressScope {
	return address === '127.0.0.1' ? 'public' : addressScope(address);
}

test('path and query arrive byte for byte, with our name and no referer', async (t) => {
	let headers: Record<string, unknown> = {};
	const server = await startFakeHttpTracker((request, response) => {
		headers = request.headers;
		response.end('hello');
	});
	const getter = makeGetter();
	const url = `${server.url}?info_hash=%00%FF%aa~&x=a+b`;
	const { status, body, hops } = await getter.get(url, { signal: never });
	t.deepEqual([status, Buffer.from(body).toString(), hops], [200, 'hello', 1]);
	t.deepEqual(server.requests, ['/announce?info_hash=%00%FF%aa~&x=a+b']);
	t.is(headers['user-agent'], 'test/1');
	t.is(headers['referer'], undefined);
	await Promise.all([getter.close(), server.close()]);
});

const encoded = test.macro(async (t, encoding: string, encode: (text: string) => Uint8Array) => {
	const server = await startFakeHttpTracker((_request, response) => {
		response.setHeader('content-encoding', encoding);
		response.end(encode('hello'));
	});
	const getter = makeGetter();
	const { body } = await getter.get(server.url, { signal: never });
	t.is(Buffer.from(body).toString(), 'hello');
	await Promise.all([getter.close(), server.close()]);
});
test('a gzip answer is decompressed', encoded, 'gzip', gzipSync);
test('a deflate answer is decompressed', encoded, 'deflate', deflateSync);

test('an answer that cannot be decompressed, or is encoded twice, is an error', async (t) => {
	let encoding = 'gzip';
	const server = await startFakeHttpTracker((_request, response) => {
		response.setHeader('content-encoding', encoding);
		response.end('no gzip at all');
	});
	const getter = makeGetter();
	t.is(await codeOf(getter.get(server.url, { signal: never })), 'HTTP_BAD_BODY');
	encoding = 'gzip, gzip';
	t.is(await codeOf(getter.get(server.url, { signal: never })), 'HTTP_BAD_BODY');
	await Promise.all([getter.close(), server.close()]);
});

test('a body of exactly the limit is taken and one byte more is not', async (t) => {
	let length = 1000;
	const server = await startFakeHttpTracker((_request, response) => {
		response.end(Buffer.alloc(length));
	});
	const getter = makeGetter();
	const { body } = await getter.get(server.url, { signal: never, maxBytes: 1000 });
	t.is(body.byteLength, 1000);
	length = 1001;
	const tooLong = getter.get(server.url, { signal: never, maxBytes: 1000 });
	t.is(await codeOf(tooLong), 'HTTP_BODY_TOO_LARGE');
	await Promise.all([getter.close(), server.close()]);
});

test('five redirects are followed, relative ones too, and a sixth is not', async (t) => {
	let redirects = 5;
	const server = await startFakeHttpTracker((request, response) => {
		const step = Number(/\d+$/.exec(request.url ?? '')?.[0] ?? 0);
		if (step >= redirects) response.end('there');
		else response.writeHead(302, { location: `/step${step + 1}` }).end();
	});
	const getter = makeGetter();
	const { body, hops } = await getter.get(server.url, { signal: never });
	t.deepEqual([Buffer.from(body).toString(), hops], ['there', 6]);
	redirects = 6;
	t.is(await codeOf(getter.get(server.url, { signal: never })), 'HTTP_TOO_MANY_REDIRECTS');
	t.is(server.requests.length, 12);
	await Promise.all([getter.close(), server.close()]);
});

const refusedRedirect = test.macro(async (t, location: string) => {
	const server = await startFakeHttpTracker((_request, response) => {
		response.writeHead(302, { location }).end();
	});
	const getter = makeGetter();
	t.is(await codeOf(getter.get(server.url, { signal: never })), 'HTTP_BAD_URL');
	await Promise.all([getter.close(), server.close()]);
});
test('a redirect to a file is refused', refusedRedirect, 'file:///etc/passwd');
test('a redirect to ftp is refused', refusedRedirect, 'ftp://127.0.0.1/x');
test('a redirect to nonsense is refused', refusedRedirect, 'http://[');

/** A public server that redirects to `target`, which must never be asked. */
async function redirectInside(
	names: Readonly<Record<string, readonly string[]>>,
	targetOf: (inside: FakeHttpTracker) => string,
): Promise<{ code: HttpErrorCode | undefined; asked: number }> {
	const inside = await startFakeHttpTracker((_request, response) => response.end(), '127.0.0.2');
	const outside = await startFakeHttpTracker((_request, response) => {
		response.writeHead(302, { location: targetOf(inside) }).end();
	});
	const getter = makeGetter(names, pretendPublic);
	const code = await codeOf(getter.get(outside.url, { signal: never }));
	await Promise.all([getter.close(), inside.close(), outside.close()]);
	return { code, asked: inside.requests.length };
}

test('a redirect from a public address to this machine is not followed', async (t) => {
	const result = await redirectInside({}, ({ url }) => url);
	t.deepEqual(result, { code: 'HTTP_FORBIDDEN_ADDRESS', asked: 0 });
});

test('a redirect to a name that leads to this machine is not followed', async (t) => {
	const names = { 'inside.example': ['127.0.0.2'] };
	const result = await redirectInside(
		names,
		({ port }) => `http://inside.example:${port}/announce`,
	);
	t.deepEqual(result, { code: 'HTTP_FORBIDDEN_ADDRESS', asked: 0 });
});

test('a redirect to a private address written in hexadecimal is not followed', async (t) => {
	const result = await redirectInside({}, ({ port }) => `http://0x7f000002:${port}/announce`);
	t.deepEqual(result, { code: 'HTTP_FORBIDDEN_ADDRESS', asked: 0 });
});

test('a name with a public and a private address reaches the public one only', async (t) => {
	const server = await startFakeHttpTracker((_request, response) => response.end('public'));
	const getter = makeGetter({ 'both.example': ['127.0.0.2', '127.0.0.1'] }, pretendPublic);
	const url = `http://both.example:${server.port}/announce`;
	const { body } = await getter.get(url, { signal: never, reach: 'public' });
	t.is(Buffer.from(body).toString(), 'public');
	await Promise.all([getter.close(), server.close()]);
});

test('a redirect chain may not come back inside after it was outside', async (t) => {
	const inside = await startFakeHttpTracker((request, response) => {
		if (request.url === '/announce') response.writeHead(302, { location: outside.url }).end();
		else response.end('secret');
	}, '127.0.0.2');
	const outside = await startFakeHttpTracker((_request, response) => {
		response.writeHead(302, { location: `http://127.0.0.2:${inside.port}/secret` }).end();
	});
	const getter = makeGetter({}, pretendPublic);
	t.is(await codeOf(getter.get(inside.url, { signal: never })), 'HTTP_FORBIDDEN_ADDRESS');
	t.deepEqual(inside.requests, ['/announce']);
	await Promise.all([getter.close(), inside.close(), outside.close()]);
});

test('what may not reach this machine does not, by address or by name', async (t) => {
	const server = await startFakeHttpTracker((_request, response) => response.end());
	const getter = makeGetter({ 'self.example': ['127.0.0.1', '::1'] });
	const options = { signal: never, reach: 'not-loopback' } as const;
	t.is(await codeOf(getter.get(server.url, options)), 'HTTP_FORBIDDEN_ADDRESS');
	const byName = `http://self.example:${server.port}/`;
	t.is(await codeOf(getter.get(byName, options)), 'HTTP_FORBIDDEN_ADDRESS');
	t.is(await codeOf(getter.get('http://localhost/', options)), 'HTTP_FORBIDDEN_ADDRESS');
	t.is(server.requests.length, 0);
	await Promise.all([getter.close(), server.close()]);
});

test('a silent server is given up after the deadline, a caller may give up before', async (t) => {
	const server = await startFakeHttpTracker(() => {});
	const getter = makeGetter();
	t.is(await codeOf(getter.get(server.url, { signal: never, deadlineMs: 50 })), 'HTTP_TIMEOUT');
	const stop = new AbortController();
	const request = codeOf(getter.get(server.url, { signal: stop.signal }));
	stop.abort();
	t.is(await request, 'HTTP_ABORTED');
	await Promise.all([getter.close(), server.close()]);
});

test('a port nobody listens on and a name nobody knows are errors with words', async (t) => {
	const server = await startFakeHttpTracker(() => {});
	await server.close();
	const getter = makeGetter();
	const refused = await t.throwsAsync(getter.get(server.url, { signal: never }));
	t.regex(refused.message, /ECONNREFUSED/);
	const unknown = await t.throwsAsync(getter.get('http://x.example/', { signal: never }));
	t.is(unknown.message, 'Host x.example has no address');
	await getter.close();
});

test('headers without end are refused', async (t) => {
	const server = await startFakeHttpTracker((_request, response) => {
		response.writeHead(200, { 'x-long': 'x'.repeat(40_000) }).end();
	});
	const getter = makeGetter();
	t.is(await codeOf(getter.get(server.url, { signal: never })), 'HTTP_FAILED');
	await Promise.all([getter.close(), server.close()]);
});
