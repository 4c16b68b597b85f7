/** What needs a person comes first; filters find what they say. */
import test from 'ava';
import { makeFilter, orderTorrents } from '../../src/ui/order.js';
import { fakeInfohash, makeTorrent } from './fixtures.js';

test('errors, checking, downloading and uploading by rate, queued, idle, paused', (t) => {
	const torrents = [
		makeTorrent(0, { state: 'paused' }),
		makeTorrent(1, { state: 'seeding' }),
		makeTorrent(2, { state: 'queued' }),
		makeTorrent(3, { state: 'seeding', uploadRate: 10 }),
		makeTorrent(4, { state: 'seeding', uploadRate: 20 }),
		makeTorrent(5, { state: 'downloading' }),
		makeTorrent(6, { state: 'downloading', downloadRate: 9 }),
		makeTorrent(7, { state: 'checking' }),
		makeTorrent(8, { state: 'error' }),
		makeTorrent(9, { state: 'finished' }),
	];
	t.deepEqual(orderTorrents(torrents), [8, 7, 6, 5, 4, 3, 2, 1, 9, 0].map(fakeInfohash));
});

test('equals stay in queue order', (t) => {
	const torrents = [
		makeTorrent(0, { state: 'queued', queuePosition: 2 }),
		makeTorrent(1, { state: 'queued', queuePosition: 1 }),
	];
	t.deepEqual(orderTorrents(torrents), [fakeInfohash(1), fakeInfohash(0)]);
});

test('all words must be in the name, none of those with !', (t) => {
	const torrent = makeTorrent(0, { name: 'Debian 13 DVD' });
	t.true(makeFilter('')(torrent));
	t.true(makeFilter('dvd deb')(torrent));
	t.false(makeFilter('dvd ubuntu')(torrent));
	t.false(makeFilter('debian !dvd')(torrent));
	t.true(makeFilter('!')(torrent));
});
