import test from 'ava';
import { infohashFromBytes } from '../../src/primitives/infohash.js';
import { Shares } from '../../src/session/shares.js';

const some = infohashFromBytes(new Uint8Array(20));

test('a torrent nobody asked for yet may take all connections that are free, up to its own limit', (t) => {
	const shares = new Shares({ maxConnections: 500, maxConnectionsPerTorrent: 80, uploadSlots: 20 });
	shares.refresh([], 0);
	t.is(shares.maxPeers(some), 80);
});

test('without a global limit a torrent has its own limit, and none when that is off too', (t) => {
	const own = new Shares({ maxConnections: 0, maxConnectionsPerTorrent: 30, uploadSlots: 0 });
	t.is(own.maxPeers(some), 30);
	const none = new Shares({ maxConnections: 0, maxConnectionsPerTorrent: 0, uploadSlots: 0 });
	t.true(none.maxPeers(some) > 1_000_000);
});

test('the global limit is never passed, whatever the shares say', (t) => {
	const shares = new Shares({ maxConnections: 3, maxConnectionsPerTorrent: 80, uploadSlots: 20 });
	t.deepEqual(
		[1, 2, 3, 4].map(() => shares.takeConnection()),
		[true, true, true, false],
	);
	shares.freeConnection();
	t.true(shares.takeConnection());
});
