/** A plain HTTP server with ranges and keep-alive on loopback, as a web seed (BEP 19). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

export interface FileServerOptions {
	/** By URL path, decoded. */
	readonly files: ReadonlyMap<string, Uint8Array>;
	/** Answers instead of the server when it returns true. */
	readonly intercept?: (request: IncomingMessage, response: ServerResponse) => boolean;
	/** Ignores `Range`, as simple servers do. */
	readonly hasNoRanges?: boolean;
}

export interface FileServer {
	/** `http://127.0.0.1:PORT`, without a slash at the end. */
	readonly url: string;
	/** What was asked for: the path as it was sent, and the range. */
	readonly requests: { readonly path: string; readonly range: string | undefined }[];
	connections(): number;
	/** Payload bytes of all answers. */
	sentBytes(): number;
}

export async function startFileServer(
	t: ExecutionContext,
	options: FileServerOptions,
): Promise<FileServer> {
	const requests: { path: string; range: string | undefined }[] = [];
	let connections = 0;
	let sentBytes = 0;
	const server = createServer((request, response) => {
		requests.push({ path: request.url ?? '', range: request.headers.range });
		if (options.intercept?.(request, response) === true) return;
		const { pathname } = new URL(request.url ?? '', 'http://x');
		const bytes = options.files.get(decodeURIComponent(pathname));
		if (bytes === undefined) {
			response.writeHead(404).end('nothing here');
			return;
		}
		const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
		const first = range === null || options.hasNoRanges === true ? 0 : Number(range[1]);
		const last =
			range === null || options.hasNoRanges === true ? bytes.byteLength - 1 : Number(range[2]);
		const part = bytes.subarray(first, last + 1);
		sentBytes += part.byteLength;
		const isPart = range !== null && options.hasNoRanges !== true;
		response.writeHead(isPart ? 206 : 200, {
			'content-length': part.byteLength,
			...(isPart ? { 'content-range': `bytes ${first}-${last}/${bytes.byteLength}` } : {}),
		});
		response.end(part);
	});
	server.on('connection', () => connections++);
	await new Promise<void>((resolve) => {
		server.listen(0, '127.0.0.1', resolve);
	});
	t.teardown(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://127.0.0.1:${port}`,
		requests,
		connections: () => connections,
		sentBytes: () => sentBytes,
	};
}
