import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { fileNameOf, readSource } from '../../../src/cli/commands/torrent-source.js';
import { systemClock } from '../../../src/primitives/clock.js';
import { makeTorrent } from '../../helpers/make-payload.js';
import { tempFolder } from '../../helpers/temp-folder.js';

const MADE = makeTorrent('payload', [{ path: 'payload', bytes: new Uint8Array(10) }]);

function read(operand: string, folder: string, signal = new AbortController().signal) {
	return readSource(operand, folder, systemClock, signal);
}

async function serve(t: ExecutionContext, listener: RequestListener): Promise<string> {
	const server = createServer(listener);
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a file is read relative to the current folder', async (t) => {
	const folder = await tempFolder(t);
	await writeFile(path.join(folder, 'x.torrent'), MADE.metainfoBytes);
	const source = await read('x.torrent', folder);
	t.is(source.name, 'payload');
	t.is(source.torrentPath, path.join(folder, 'x.torrent'));
	t.deepEqual(source.metainfoBytes, MADE.metainfoBytes);
});

test('an address is fetched, and its data belongs into the current folder', async (t) => {
	const base = await serve(t, (request, response) => {
		if (request.url === '/old') response.writeHead(302, { location: '/a%20b.torrent?k=1' }).end();
		else response.end(MADE.metainfoBytes);
	});
	const direct = await read(`${base}/a%20b.torrent`, '/srv');
	t.is(direct.torrentPath, '/srv/a b.torrent');
	t.is((await read(`${base}/old`, '/srv')).infohash, direct.infohash);
});

test('answers that are no torrent are refused in one line', async (t) => {
	const base = await serve(t, (request, response) => {
		if (request.url === '/404') response.writeHead(404).end('no');
		else if (request.url === '/html') response.end('<html>');
		else response.destroy();
	});
	await t.throwsAsync(read(`${base}/404`, '/'), { message: /status 404$/ });
	await t.throwsAsync(read(`${base}/html`, '/'), { message: /Not a usable torrent: [^\n]*$/ });
	await t.throwsAsync(read(`${base}/hangup`, '/'), { code: 'GET_SOURCE' });
});

test('a body above 32 MiB is given up while it comes', async (t) => {
	let sent = 0;
	const base = await serve(t, (_request, response) => {
		const part = new Uint8Array(1024 * 1024);
		const more = (): void => {
			while (!response.destroyed && response.write(part)) sent++;
			sent++;
		};
		response.on('drain', more);
		more();
	});
	await t.throwsAsync(read(`${base}/endless`, '/'), { code: 'GET_SOURCE' });
	t.true(sent < 64, `${sent} MiB were taken`);
});

test('a server that never answers can be left', async (t) => {
	const leaving = new AbortController();
	const base = await serve(t, () => leaving.abort());
	await t.throwsAsync(read(`${base}/slow`, '/', leaving.signal));
});

test('the name of a fetched torrent is one safe path element', (t) => {
	t.is(fileNameOf('http://h/a/b.torrent'), 'b.torrent');
	t.is(fileNameOf('http://h/download?id=5'), 'download.torrent');
	t.is(fileNameOf('http://h/'), 'download.torrent');
	t.is(fileNameOf('http://h/%2e%2e%2f..%2fetc.torrent'), '.._.._etc.torrent');
	t.is(fileNameOf('http://h/%00%ff.torrent'), '%00%ff.torrent');
	t.true(fileNameOf(`http://h/${'x'.repeat(5000)}`).length < 220);
});
