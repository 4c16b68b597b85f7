import test from 'ava';
import { PeerBook, type PeerEntry } from '../../src/peer/peer-book.js';

const MINUTE = 60_000;

function bookOf(maxEntries?: number): PeerBook {
	return new PeerBook({
		random: () => 0.5,
		...(maxEntries === undefined ? {} : { maxEntries }),
	});
}

function at(address: string, port = 6881): { address: string; port: number } {
	return { address, port };
}

function nextOf(book: PeerBook, nowMs: number): PeerEntry {
	const entry = book.next(nowMs);
	if (entry === undefined) throw new Error(`Nobody to dial at ${nowMs}`);
	return entry;
}

test('addresses that lead to no single host, and port 0, are refused', (t) => {
	const book = bookOf();
	for (const bad of [
		at('1.2.3.4', 0),
		at('1.2.3.4', 65_536),
		at('1.2.3.4', -1),
		at('1.2.3.4', 80.5),
		at('0.0.0.0'),
		at('0.1.2.3'),
		at('224.0.0.1'),
		at('255.255.255.255'),
		at('1.2.3.256'),
		at('::'),
		at('ff02::1'),
		at('example.org'),
		at(''),
	])
		t.false(book.add(bad, 'tracker'), `${bad.address} ${bad.port}`);
	t.is(book.size, 0);
	t.true(book.add(at('127.0.0.1'), 'tracker'));
});

test('one address may have many peers, and each endpoint is known once in whatever spelling', (t) => {
	const book = bookOf();
	t.true(book.add(at('1.2.3.4', 1), 'tracker'));
	t.true(book.add(at('1.2.3.4', 2), 'tracker'));
	t.false(book.add(at('1.2.3.4', 2), 'incoming'));
	t.true(book.add(at('2001:db8::1'), 'tracker'));
	t.false(book.add(at('2001:DB8:0::1'), 'tracker'));
	t.false(book.add(at('::ffff:1.2.3.4', 1), 'tracker'));
	t.is(book.size, 3);
	t.is(book.find(at('1.2.3.4', 2))?.endpoint.port, 2);
});

test('each endpoint is given out once, in order of arrival, those given by option first', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'resume');
	book.add(at('1.0.0.2'), 'tracker');
	book.add(at('1.0.0.3'), 'option');
	t.deepEqual(
		[1, 2, 3].map(() => book.next(0)?.endpoint.address),
		['1.0.0.3', '1.0.0.1', '1.0.0.2'],
	);
	t.is(book.next(1e12), undefined);
});

test('an endpoint that fails is tried again after 15 s, then twice as long each time, up to 30 min', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'tracker');
	const waits: number[] = [];
	let nowMs = 0;
	for (let i = 0; i < 9; i++) {
		const entry = nextOf(book, nowMs);
		book.failed(entry, nowMs, 'ECONNREFUSED');
		t.is(entry.lastFailure, 'ECONNREFUSED');
		waits.push((entry.nextTryAtMs - nowMs) / 1000);
		t.is(book.next(entry.nextTryAtMs - 1), undefined);
		nowMs = entry.nextTryAtMs;
	}
	t.deepEqual(waits, [15, 30, 60, 120, 240, 480, 960, 1800, 1800]);
});

test('untried endpoints come before ones that are due again', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'tracker');
	book.failed(nextOf(book, 0), 0, 'timeout');
	book.add(at('1.0.0.2'), 'tracker');
	t.is(nextOf(book, MINUTE).endpoint.address, '1.0.0.2');
	t.is(nextOf(book, MINUTE).endpoint.address, '1.0.0.1');
});

test('a peer given by option is tried again every few seconds for ever', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'tracker');
	t.false(book.add(at('1.0.0.1'), 'option'), 'known, but somebody asked for it now');
	let nowMs = 0;
	for (let i = 0; i < 20; i++) {
		const entry = nextOf(book, nowMs);
		book.failed(entry, nowMs, 'ECONNREFUSED');
		t.true(entry.nextTryAtMs - nowMs <= 5000);
		nowMs = entry.nextTryAtMs;
	}
});

test('a long connection clears earlier failures; a peer that leaves at once is tried ever more rarely', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'tracker');
	let entry = nextOf(book, 0);
	const waits: number[] = [];
	let nowMs = 0;
	for (let i = 0; i < 3; i++) {
		book.connected(entry);
		t.true(entry.isConnected);
		t.is(book.next(nowMs), undefined);
		book.disconnected(entry, nowMs + 10);
		t.false(entry.isConnected);
		waits.push(entry.nextTryAtMs - nowMs - 10);
		nowMs = entry.nextTryAtMs;
		entry = nextOf(book, nowMs);
	}
	t.deepEqual(waits, [15_000, 30_000, 60_000]);
	book.connected(entry);
	book.disconnected(entry, nowMs + 10 * MINUTE);
	t.is(entry.failures, 0);
	t.is(entry.nextTryAtMs, nowMs + 10 * MINUTE + 15_000);
});

test('a peer that came to us is not dialled while it is connected', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'incoming');
	const entry = book.find(at('1.0.0.1'));
	if (entry === undefined) return t.fail();
	book.connected(entry);
	t.is(book.next(0), undefined);
	book.disconnected(entry, 1000);
	t.is(book.next(1000), undefined);
	t.is(nextOf(book, 16_000), entry);
});

test('a banned address is not dialled on any port for an hour', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1', 1), 'tracker');
	book.add(at('1.0.0.1', 2), 'tracker');
	book.ban('::ffff:1.0.0.1', 0, 'sent bad data');
	t.true(book.isBanned('1.0.0.1', 59 * MINUTE));
	t.true(book.isBanned('::ffff:1.0.0.1', 59 * MINUTE));
	t.false(book.isBanned('1.0.0.2', 0));
	t.is(book.next(1000), undefined);
	t.is(book.next(59 * MINUTE), undefined);
	t.false(book.isBanned('1.0.0.1', 60 * MINUTE));
	t.is(nextOf(book, 60 * MINUTE).endpoint.port, 1);
});

test('bans take bounded memory', (t) => {
	const book = bookOf();
	for (let i = 0; i < 5000; i++) book.ban(`10.0.${i >> 8}.${i & 255}`, i, 'sent bad data');
	t.false(book.isBanned('10.0.0.0', 5000));
	t.true(book.isBanned(`10.0.${4999 >> 8}.${4999 & 255}`, 5000));
});

test('our own endpoint is forgotten and refused from then on', (t) => {
	const book = bookOf();
	book.add(at('1.0.0.1'), 'tracker');
	const entry = nextOf(book, 0);
	book.removeSelf(at('1.0.0.1'));
	book.failed(entry, 0, 'own peer id');
	t.is(book.size, 0);
	t.false(book.add(at('1.0.0.1'), 'tracker'));
	t.is(book.next(1e9), undefined);
});

test('a full book gives up the worst endpoint for a new one, never a connected or given one', (t) => {
	const book = bookOf(4);
	book.add(at('1.0.0.1'), 'option');
	book.add(at('1.0.0.2'), 'tracker');
	book.add(at('1.0.0.3'), 'tracker');
	book.add(at('1.0.0.4'), 'resume');
	const [option, good, bad] = [nextOf(book, 0), nextOf(book, 0), nextOf(book, 0)];
	book.failed(option, 0, 'timeout');
	book.failed(option, 0, 'timeout');
	book.connected(good);
	book.failed(bad, 0, 'timeout');
	t.true(book.add(at('1.0.0.5'), 'tracker'));
	t.is(book.find(at('1.0.0.3')), undefined);
	t.true(book.add(at('1.0.0.6'), 'tracker'), 'one from an old run makes room for a fresh one');
	t.is(book.find(at('1.0.0.4')), undefined);
	t.false(book.add(at('1.0.0.7'), 'tracker'), 'all others are as good');
	t.is(book.size, 4);
});

test('a flood of addresses takes bounded memory', (t) => {
	const book = bookOf();
	for (let i = 0; i < 10_000; i++)
		book.add(at(`11.${i >> 16}.${(i >> 8) & 255}.${i & 255}`), 'tracker');
	t.is(book.size, 2000);
});

test('endpoints that answered are offered for the next run', (t) => {
	const book = bookOf();
	for (const address of ['1.0.0.1', '1.0.0.2', '1.0.0.3']) book.add(at(address), 'tracker');
	const [a, b] = [nextOf(book, 0), nextOf(book, 0)];
	book.failed(a, 0, 'timeout');
	book.connected(b);
	t.deepEqual(book.forResume(10), [at('1.0.0.2')]);
});

test('an endpoint that took the connection and hung up is tried again within seconds, a few times', (t) => {
	const book = new PeerBook({ random: () => 0.5 });
	book.add({ address: '10.0.0.9', port: 6881 }, 'tracker');
	const waits: number[] = [];
	let now = 0;
	for (let i = 0; i < 4; i++) {
		const entry = book.next(now);
		if (entry === undefined) throw new Error('nobody to dial');
		book.failed(entry, now, 'Peer closed the connection', true);
		waits.push(entry.nextTryAtMs - now);
		now = entry.nextTryAtMs;
	}
	t.deepEqual(waits.slice(0, 3), [1500, 3000, 6000]);
	t.true((waits[3] ?? 0) >= 60_000);
});
