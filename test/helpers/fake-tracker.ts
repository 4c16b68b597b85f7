/** Trackers that do what a test says: an HTTP one, a UDP one, and one without sockets. */
import { createSocket } from 'node:dgram';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { readUint32 } from '../../src/primitives/bytes.js';
import type { Endpoint } from '../../src/primitives/endpoint.js';
import type { Infohash } from '../../src/primitives/infohash.js';
import type {
	AnnounceRequest,
	AnnounceResponse,
	ScrapeResponse,
} from '../../src/tracker/announce.js';
import { TrackerError } from '../../src/tracker/tracker-error.js';
import type { TrackerTransport } from '../../src/tracker/tracker-transports.js';

export interface FakeHttpTracker {
	/** Ends in `/announce`. */
	readonly url: string;
	readonly port: number;
	/** Paths with queries, in order of arrival. */
	readonly requests: readonly string[];
	/** Bytes its sockets took for sending, over all connections. */
	bytesSent(): number;
	close(): Promise<void>;
}

/** An HTTP server on a free port of `host` that leaves every answer to `handle`. */
export async function startFakeHttpTracker(
	handle: (request: IncomingMessage, response: ServerResponse) => void,
	host = '127.0.0.1',
): Promise<FakeHttpTracker> {
	const requests: string[] = [];
	const sockets = new Set<Socket>();
	let bytesSent = 0;
	const server = createServer((request, response) => {
		requests.push(request.url ?? '');
		response.on('error', () => {});
		handle(request, response);
	});
	server.on('connection', (socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		socket.on('close', () => {
			sockets.delete(socket);
			bytesSent += socket.bytesWritten;
		});
	});
	await new Promise<void>((resolve) => {
		server.listen(0, host, resolve);
	});
	const { port } = server.address() as AddressInfo;
	return {
		url: `http://${host}:${port}/announce`,
		port,
		requests,
		bytesSent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, bytesSent),
		async close() {
			server.closeAllConnections();
			await new Promise<void>((resolve) => {
				server.close(() => resolve());
			});
		},
	};
}

export interface FakeUdpTracker {
	/** Ends in `/announce`. */
	readonly url: string;
	/** Actions of the packets that came: 0 connect, 1 announce, 2 scrape. */
	readonly actions: readonly number[];
	readonly packets: readonly Uint8Array[];
	/** Resolves when so many packets have come in all. */
	arrived(count: number): Promise<void>;
	send(bytes: Uint8Array, to: Endpoint): Promise<void>;
	close(): Promise<void>;
}

type UdpReply = readonly Uint8Array[] | undefined;

/** A UDP socket on a free port that sends what `answer` returns; undefined is silence. */
export async function startFakeUdpTracker(
	answer: (packet: Uint8Array, count: number, from: Endpoint) => UdpReply | Promise<UdpReply>,
): Promise<FakeUdpTracker> {
	const actions: number[] = [];
	const packets: Uint8Array[] = [];
	const waiting = new Set<() => void>();
	const socket = createSocket('udp4');
	const send = (bytes: Uint8Array, to: Endpoint): Promise<void> =>
		new Promise<void>((resolve) => {
			socket.send(bytes, to.port, to.address, () => resolve());
		});
	const reply = async (packet: Uint8Array, from: Endpoint): Promise<void> => {
		for (const bytes of (await answer(packet, packets.length, from)) ?? []) await send(bytes, from);
	};
	socket.on('message', (packet, from) => {
		actions.push(readUint32(packet, 8));
		packets.push(Uint8Array.from(packet));
		void reply(packet, from);
		for (const check of waiting) check();
	});
	await new Promise<void>((resolve) => {
		socket.bind(0, '127.0.0.1', resolve);
	});
	return {
		url: `udp://127.0.0.1:${socket.address().port}/announce`,
		actions,
		packets,
		send,
		arrived: (count) =>
			new Promise<void>((resolve) => {
				const check = (): void => {
					if (packets.length < count) return;
					waiting.delete(check);
					resolve();
				};
				waiting.add(check);
				check();
			}),
		close: () =>
			new Promise<void>((resolve) => {
				socket.close(() => resolve());
			}),
	};
}

/** What a scripted tracker does with an announce: an answer, an error, or silence. */
export type ScriptedAnswer = Partial<AnnounceResponse> | TrackerError | 'silent';

/** A transport without sockets: `script` answers, everything asked is noted. */
export class ScriptedTransport implements TrackerTransport {
	readonly log: { url: string; request: AnnounceRequest; atMs: number }[] = [];
	readonly scrapes: string[] = [];
	script: (url: string, request: AnnounceRequest) => ScriptedAnswer = () => ({});
	underWay = 0;
	readonly #now: () => number;

	constructor(now: () => number) {
		this.#now = now;
	}

	async announce(
		url: string,
		request: AnnounceRequest,
		signal: AbortSignal,
	): Promise<AnnounceResponse> {
		this.log.push({ url, request, atMs: this.#now() });
		this.underWay++;
		try {
			const answer = this.script(url, request);
			if (answer instanceof TrackerError) throw answer;
			if (answer === 'silent') await untilAborted(signal);
			return { ...EMPTY_ANSWER, ...(answer as Partial<AnnounceResponse>) };
		} finally {
			this.underWay--;
		}
	}

	async scrape(url: string, _infohash: Infohash): Promise<ScrapeResponse> {
		this.scrapes.push(url);
		return { complete: 7, incomplete: 5, downloaded: 3 };
	}

	/** `url event` of everything announced; `-` for a plain announce. */
	get lines(): string[] {
		return this.log.map(({ url, request }) => `${url} ${request.event ?? '-'}`);
	}
}

export const EMPTY_ANSWER: AnnounceResponse = {
	intervalSeconds: 1800,
	minIntervalSeconds: undefined,
	peers: [],
	complete: undefined,
	incomplete: undefined,
	downloaded: undefined,
	trackerId: undefined,
	warning: undefined,
};

export function unreachable(): TrackerError {
	return new TrackerError('TRACKER_UNREACHABLE', 'Connection refused');
}

async function untilAborted(signal: AbortSignal): Promise<never> {
	return new Promise<never>((_resolve, reject) => {
		const fail = (): void => reject(new TrackerError('TRACKER_ABORTED', 'Request was cancelled'));
		if (signal.aborted) fail();
		else signal.addEventListener('abort', fail, { once: true });
	});
}
