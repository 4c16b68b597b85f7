import net from 'node:net';
import test, { type ExecutionContext } from 'ava';
import type { ByteStream } from '../../src/net/byte-stream.js';
import { Listener, type PortRange } from '../../src/net/listener.js';
import { RateGate } from '../../src/net/rate-gate.js';
import { systemClock } from '../../src/primitives/clock.js';

async function open(
	t: ExecutionContext,
	ports: PortRange,
	onConnection: (stream: ByteStream, settled: () => void) => void = (stream) => stream.destroy(),
	bindAddress = '127.0.0.1',
): Promise<Listener> {
	const listener = await Listener.open({
		ports,
		bindAddress,
		readGate: new RateGate(0, systemClock),
		onConnection,
	});
	t.teardown(() => listener.close());
	return listener;
}

function connect(t: ExecutionContext, port: number): Promise<net.Socket> {
	const socket = net.connect({ port, host: '127.0.0.1' });
	t.teardown(() => socket.destroy());
	return new Promise((resolve) => {
		socket.on('error', () => {});
		socket.once('connect', () => resolve(socket));
	});
}

const ANY = { first: 0, last: 0 };

test('the first free port of a range is taken, and a range without one is refused by name', async (t) => {
	const first = await open(t, ANY);
	const { port } = first;
	t.true(port > 0);
	const taken = { first: port, last: port };
	const error = await t.throwsAsync(open(t, taken), { code: 'NET_LISTEN_FAILED' });
	t.regex(error.message, new RegExp(`port ${port} \\(EADDRINUSE\\)`));
	const next = await open(t, { first: port, last: Math.min(65_535, port + 20) });
	t.true(next.port > port);
});

test('an address that is not of this machine is refused at once', async (t) => {
	const error = await t.throwsAsync(open(t, { first: 0, last: 9 }, undefined, '192.0.2.1'), {
		code: 'NET_LISTEN_FAILED',
	});
	t.regex(error.message, /192\.0\.2\.1/);
});

test('of too many connections that do not say whom they want the oldest goes, and one that did never', async (t) => {
	const settle: (() => void)[] = [];
	const waiting: (() => void)[] = [];
	const listener = await open(t, ANY, (stream, settled) => {
		stream.listen({ onData: () => {}, onDrain: () => {}, onClose: settled });
		settle.push(settled);
		for (const tell of waiting.splice(0)) tell();
	});
	const accepted = async (count: number): Promise<void> => {
		while (settle.length < count) await new Promise<void>((resolve) => waiting.push(resolve));
	};
	const closed: number[] = [];
	const dial = async (number: number): Promise<net.Socket> => {
		const socket = await connect(t, listener.port);
		socket.resume().once('close', () => closed.push(number));
		return socket;
	};
	const known = await dial(0);
	await accepted(1);
	settle[0]?.();
	const oldest = await dial(1);
	for (let number = 2; number <= 257; number++) await dial(number);
	await accepted(258);
	if (!oldest.closed) await new Promise<void>((resolve) => oldest.once('close', () => resolve()));
	t.deepEqual(closed, [1]);
	t.false(known.closed);
});

test('a closed listener takes nobody, and its port is free', async (t) => {
	const listener = await open(t, ANY);
	await listener.close();
	const { port } = listener;
	const error = await new Promise<Error | undefined>((resolve) => {
		const socket = net.connect({ port, host: '127.0.0.1' });
		socket.once('error', resolve).once('connect', () => {
			socket.destroy();
			resolve(undefined);
		});
	});
	t.true(error !== undefined);
	await t.notThrowsAsync(open(t, { first: port, last: port }));
});
