import test from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import { TorrentList } from '../../src/session/torrent-list.js';
import type { Torrent } from '../../src/torrent/torrent.js';

function torrent(digit: string, savedPosition?: number): Torrent {
	return { infohash: digit.repeat(40) as Infohash, savedPosition } as unknown as Torrent;
}

function order(list: TorrentList): string {
	return list
		.all()
		.map(({ infohash }) => infohash[0])
		.join('');
}

test('new torrents stand at the end', (t) => {
	const list = new TorrentList();
	for (const digit of ['a', 'b', 'c']) list.add(torrent(digit));
	t.is(order(list), 'abc');
	t.is(list.size, 3);
});

test('torrents of an earlier run stand in their old order, before new ones, in whatever order they come', (t) => {
	const saved = [torrent('a', 0), torrent('b', 1), torrent('c', 2), torrent('d', 5)];
	for (const turn of [
		[3, 1, 0, 2],
		[0, 1, 2, 3],
		[2, 3, 1, 0],
	]) {
		const list = new TorrentList();
		list.add(torrent('f'));
		for (const index of turn) {
			const next = saved[index];
			if (next !== undefined) list.add(next);
		}
		t.is(order(list), 'abcdf');
	}
});

test('moving tells who has another place now', (t) => {
	const list = new TorrentList();
	for (const digit of ['a', 'b', 'c', 'd']) list.add(torrent(digit));
	const moved = list.move('c'.repeat(40) as Infohash, 1);
	t.is(order(list), 'acbd');
	t.deepEqual(
		moved.map(({ infohash }) => infohash[0]),
		['c', 'b'],
	);
	t.deepEqual(list.move('e'.repeat(40) as Infohash, 0), []);
});

test('a removed torrent is gone from both', (t) => {
	const list = new TorrentList();
	for (const digit of ['a', 'b']) list.add(torrent(digit));
	list.delete('a'.repeat(40) as Infohash);
	t.is(order(list), 'b');
	t.is(list.get('a'.repeat(40) as Infohash), undefined);
});
