/** One announce round of all torrents to one tracker, and the goodbyes at the end. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, systemRandom } from '../../../src/primitives/clock.js';
import { startTrackerServer } from '../../../src/tracker-server/tracker-server.js';
import { countConnections } from '../../processes/count-connections.js';
import type { BenchCase, BenchSize } from '../../rounds/bench-plan.js';
import { writeSmallTorrents } from './small-torrents.js';
import { startWatching } from './watching-program.js';

const POLL_MS = 50;
const LIMIT_MS = 120_000;

export function announceCase(count: number, size: BenchSize): BenchCase {
	return {
		name: `announce-${count}`,
		title: `${count.toLocaleString('en-US')} torrents announce to one tracker over HTTP`,
		figures: [
			{ name: 'round', title: 'first to last announce', unit: 's', better: 'lower' },
			{ name: 'connections', title: 'connections at once, at most', unit: '', better: 'lower' },
			{ name: 'stop', title: 'from SIGINT to the end', unit: 's', better: 'lower' },
			{ name: 'goodbyes', title: 'told that we are gone', unit: '%', better: 'higher' },
			{ name: 'rss', title: 'RSS after the round', unit: 'MB', better: 'lower' },
		],
		rounds: size === 'full' ? 3 : 1,
		warmUps: 0,
		roomBytes: count * 64 * 1024,
		settings: { tracker: "the program's own, in the process of the bench" },
		contenders: [
			{
				name: 'btmany',
				peers: [],
				async run({ folder, signal }) {
					const server = await startTrackerServer({
						host: '127.0.0.1',
						port: 0,
						intervalSeconds: 1800,
						clock: systemClock,
						random: systemRandom,
					});
					try {
						const watched = path.join(folder, 'watched');
						writeSmallTorrents(watched, count, server.announceUrl);
						// Once without announcing much: the round is measured after a restart, without checks.
						const first = startWatching(watched, folder, count);
						await first.allSeed();
						await first.process.stop('SIGINT');
						const before = server.stats().announces;
						const port = Number(new URL(server.announceUrl).port);
						const again = startWatching(watched, folder, count);
						let firstAtMs = 0;
						let connections = 0;
						const limitAtMs = performance.now() + LIMIT_MS;
						for (;;) {
							const announced = server.stats().announces - before;
							if (announced > 0 && firstAtMs === 0) firstAtMs = performance.now();
							connections = Math.max(connections, countConnections(port));
							if (announced >= count) break;
							if (performance.now() > limitAtMs) throw new Error(`Only ${announced} announced`);
							await sleep(POLL_MS, undefined, { signal });
						}
						const round = (performance.now() - firstAtMs) / 1000;
						await again.allSeed();
						const { rssMb } = again.process.usage();
						const known = server.stats().peers;
						const stopAtMs = performance.now();
						await again.process.stop('SIGINT');
						return {
							round,
							connections,
							stop: (performance.now() - stopAtMs) / 1000,
							goodbyes: (1 - server.stats().peers / known) * 100,
							rss: rssMb,
						};
					} finally {
						await server.close();
					}
				},
			},
		],
	};
}
