import net from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { ByteStream } from '../../src/net/byte-stream.js';
import { Dialer } from '../../src/net/dialer.js';
import { RateGate } from '../../src/net/rate-gate.js';
import { errorCode } from '../../src/primitives/app-error.js';
import { systemClock } from '../../src/primitives/clock.js';
import { settle, VirtualClock } from '../helpers/virtual-clock.js';

const noLimit = (): RateGate => new RateGate(0, systemClock);

async function server(
	t: ExecutionContext,
	onSocket: (socket: net.Socket) => void,
): Promise<number> {
	const sockets = new Set<net.Socket>();
	const listening = net.createServer((socket) => {
		sockets.add(socket);
		socket.on('error', () => {});
		onSocket(socket);
	});
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	t.teardown(() => {
		for (const socket of sockets) socket.destroy();
		listening.close();
	});
	return (listening.address() as net.AddressInfo).port;
}

function dial(port: number, readGate = noLimit(), timeoutMs = 5000): Promise<ByteStream> {
	return ByteStream.dial(
		{ address: '127.0.0.1', port },
		{ bindAddress: undefined, timeoutMs, readGate },
	);
}

/** Everything a stream receives until it closes. */
function collect(stream: ByteStream): Promise<Buffer> {
	const chunks: Buffer[] = [];
	return new Promise((resolve) => {
		stream.listen({
			// The chunk's memory is reused: it has to be copied.
			onData: (chunk) => chunks.push(Buffer.from(chunk)),
			onDrain: () => {},
			onClose: () => resolve(Buffer.concat(chunks)),
		});
	});
}

test('a chunk of an accepted connection is valid only while it is handed over', async (t) => {
	const chunks: Uint8Array[] = [];
	const onData = (chunk: Uint8Array): void => {
		if (chunk.byteLength >= 32_768) chunks.push(chunk);
	};
	await new Promise<void>((resolve, reject) => {
		const listening = server(t, (socket) => {
			const events = { onData, onDrain: () => {}, onClose: () => resolve() };
			ByteStream.accept(socket, noLimit()).listen(events);
		});
		listening
			.then((port) => dial(port))
			.then((stream) => stream.write(Buffer.alloc(3_000_000), () => stream.destroy()))
			.catch(reject);
	});
	t.true(chunks.length > 0);
	t.true(chunks.every((chunk) => chunk.byteLength === 0));
});

test('what one side writes the other receives, whole and in order, in both directions', async (t) => {
	const sent = Buffer.alloc(3_000_000, 'some bytes ');
	let atServer: Promise<Buffer> | undefined;
	const port = await server(t, (socket) => {
		const stream = ByteStream.accept(socket, noLimit());
		t.true(stream.isIncoming);
		atServer = collect(stream);
		stream.write(sent, () => socket.end());
	});
	const stream = await dial(port);
	t.false(stream.isIncoming);
	t.deepEqual(stream.remote, { address: '127.0.0.1', port });
	const atClient = collect(stream);
	stream.cork();
	stream.write(Buffer.from('hello '));
	stream.write(Buffer.from('there'));
	stream.uncork();
	t.true((await atClient).equals(sent));
	t.is((await atServer)?.toString(), 'hello there');
	t.true(stream.isClosed);
});

const limited = test.macro({
	title: (_provided, side: string) => `reading on the ${side} side keeps to the download limit`,
	async exec(t, side: 'dialling' | 'accepting') {
		const gate = new RateGate(1_000_000, systemClock);
		const sent = Buffer.alloc(1_200_000, 7);
		let received: Promise<Buffer> | undefined;
		const startedAt = performance.now();
		const port = await server(t, (socket) => {
			if (side === 'dialling') socket.end(sent);
			else received = collect(ByteStream.accept(socket, gate));
		});
		const stream = await dial(port, side === 'dialling' ? gate : noLimit());
		if (side === 'dialling') received = collect(stream);
		else {
			void collect(stream);
			stream.write(sent, () => stream.destroy());
		}
		t.is((await received)?.byteLength, sent.byteLength);
		const seconds = (performance.now() - startedAt) / 1000;
		t.true(seconds > 0.7 && seconds < 3, `took ${seconds} s`);
	},
});
test(limited, 'dialling');
test(limited, 'accepting');

test('one round of the download limit lets go on only as many as what they bring has room for', async (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(1_000_000, clock);
	const port = await server(t, (socket) => void socket.write(Buffer.alloc(100_000)));
	let receivedBytes = 0;
	const waiting: (() => void)[] = [];
	const firstReads = Array.from({ length: 20 }, async () => {
		const stream = await dial(port, gate);
		t.teardown(() => stream.destroy());
		await new Promise<void>((resolve) => {
			const onData = (chunk: Uint8Array): void => {
				receivedBytes += chunk.byteLength;
				resolve();
				for (const resume of waiting) resume();
			};
			stream.listen({ onData, onDrain: () => {}, onClose: () => {} });
		});
	});
	await Promise.all(firstReads);
	const before = receivedBytes;
	const more = new Promise<void>((resolve) => {
		waiting.push(resolve);
	});
	// All is paid for but the last bytes of it: the next round begins with next to nothing.
	clock.advance(before / 1000 + 2);
	await more;
	for (let turn = 0; turn < 50; turn++) await settle();
	t.true(receivedBytes - before <= 5 * 16_384, `${receivedBytes - before} bytes`);
});

test('a stream that was destroyed says so once, also to one who listens later, and takes no more bytes', async (t) => {
	const port = await server(t, () => {});
	const stream = await dial(port);
	let closes = 0;
	const closed = new Promise<void>((resolve) => {
		stream.listen({
			onData: () => {},
			onDrain: () => {},
			onClose: () => {
				closes++;
				resolve();
			},
		});
	});
	stream.destroy();
	await closed;
	await new Promise<void>((resolve) => stream.write(Buffer.from('late'), resolve));
	t.is(closes, 1);
	t.is((await collect(stream)).byteLength, 0);
});

test('a reset by the other side arrives as a close with its error', async (t) => {
	const port = await server(t, (socket) => {
		socket.once('data', () => socket.resetAndDestroy());
	});
	const stream = await dial(port);
	stream.write(Buffer.from('hello'));
	const error = await new Promise<Error | undefined>((resolve) => {
		stream.listen({ onData: () => {}, onDrain: () => {}, onClose: resolve });
	});
	t.is(errorCode(error), 'ECONNRESET');
});

test('a port nobody listens on rejects with the reason of the system', async (t) => {
	const listening = net.createServer();
	await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
	const { port } = listening.address() as net.AddressInfo;
	await new Promise<void>((resolve) => {
		listening.close(() => resolve());
	});
	await t.throwsAsync(dial(port), { code: 'ECONNREFUSED' });
});

test('a dialer counts what is half open, and counts it no more when it is settled, well or badly', async (t) => {
	const port = await server(t, () => {});
	const dialer = new Dialer({ readGate: noLimit(), bindAddress: '127.0.0.1', maxHalfOpen: 2 });
	t.true(dialer.canDial);
	const one = dialer.dial({ address: '127.0.0.1', port });
	const bad = dialer.dial({ address: '127.0.0.1', port: 1 });
	t.is(dialer.halfOpen, 2);
	t.false(dialer.canDial);
	await t.throwsAsync(bad);
	const stream = await one;
	t.is(dialer.halfOpen, 0);
	t.true(dialer.canDial);
	stream.destroy();
});
