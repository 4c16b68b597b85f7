import test from 'ava';
import { UdpSocket } from '../../src/net/udp-socket.js';
import type { Endpoint } from '../../src/primitives/endpoint.js';

test('packets arrive with the address they came from', async (t) => {
	const arrived: [string, Endpoint][] = [];
	let wake: (() => void) | undefined;
	const arrival = new Promise<void>((resolve) => {
		wake = resolve;
	});
	const receiver = await UdpSocket.open({
		family: 4,
		bindAddress: '127.0.0.1',
		onPacket(bytes, from) {
			arrived.push([Buffer.from(bytes).toString(), from]);
			wake?.();
		},
	});
	const sender = await UdpSocket.open({
		family: 4,
		bindAddress: '127.0.0.1',
		onPacket: () => {},
	});
	sender.send(Buffer.from('hello'), receiver.local);
	await arrival;
	t.deepEqual(arrived, [['hello', sender.local]]);
	await Promise.all([receiver.close(), sender.close()]);
});

test('a socket takes senseless destinations, oversized packets and a late send without a word', async (t) => {
	const socket = await UdpSocket.open({
		family: 4,
		bindAddress: '127.0.0.1',
		onPacket: () => {},
	});
	const bytes = new Uint8Array(10);
	t.notThrows(() => {
		socket.send(bytes, { address: 'example.com', port: 80 });
		socket.send(bytes, { address: '127.0.0.1', port: 0 });
		socket.send(bytes, { address: '127.0.0.1', port: 70_000 });
		socket.send(new Uint8Array(70_000), { address: '127.0.0.1', port: 80 });
	});
	await socket.close();
	await socket.close();
	t.notThrows(() => socket.send(bytes, { address: '127.0.0.1', port: 80 }));
});

test('a packet the system does not take is reported to its sender', async (t) => {
	const socket = await UdpSocket.open({ family: 4, bindAddress: '127.0.0.1', onPacket: () => {} });
	const error = await new Promise<Error>((resolve) => {
		// A loopback source cannot reach a broadcast address.
		socket.send(new Uint8Array(1), { address: '255.255.255.255', port: 9 }, resolve);
	});
	t.true(error instanceof Error);
	await socket.close();
});

test('an address that is not ours cannot be bound', async (t) => {
	const open = UdpSocket.open({ family: 4, bindAddress: '192.0.2.1', onPacket: () => {} });
	await t.throwsAsync(open, { code: 'EADDRNOTAVAIL' });
});
