import { networkInterfaces } from 'node:os';
import path from 'node:path';
import test from 'ava';
import { systemClock, systemRandom } from '../../src/primitives/clock.js';
import { startTrackerServer } from '../../src/tracker-server/tracker-server.js';
import { liveSession, waitForTorrent } from '../helpers/live-session.js';
import {
	isPayloadIn,
	makeTorrent,
	pseudoRandomBytes,
	writePayload,
} from '../helpers/make-payload.js';
import { tempFolder } from '../helpers/temp-folder.js';

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) =>
	addresses?.some(({ address }) => address === '::1'),
);
/** Shown as skipped where the machine has no IPv6 loopback. */
const overIpv6 = hasIpv6 ? test : test.skip;

for (const transport of ['announceUrl', 'udpAnnounceUrl'] as const) {
	overIpv6(`peers find each other over IPv6 through the tracker's ${transport}`, async (t) => {
		const folder = await tempFolder(t);
		const tracker = await startTrackerServer({
			host: '::1',
			port: 0,
			intervalSeconds: 60,
			clock: systemClock,
			random: systemRandom,
		});
		t.teardown(() => tracker.close());
		const torrent = makeTorrent(
			'six.bin',
			[{ path: 'six.bin', bytes: pseudoRandomBytes(300_000, 6) }],
			{
				tiers: [[tracker[transport]]],
			},
		);
		const seed = await liveSession(t, path.join(folder, 'seed'), { bindAddress: '::1' });
		await writePayload(seed.downloadDir, torrent);
		const infohash = await seed.add(torrent);
		await waitForTorrent(seed.session, infohash, ({ state }) => state === 'seeding');
		await waitForTorrent(seed.session, infohash, ({ swarmSeeds }) => swarmSeeds === 1);
		const leech = await liveSession(t, path.join(folder, 'leech'), { bindAddress: '::1' });
		await leech.add(torrent);
		await waitForTorrent(leech.session, infohash, ({ state }) => state === 'seeding');
		t.true(await isPayloadIn(leech.downloadDir, torrent));
	});
}
