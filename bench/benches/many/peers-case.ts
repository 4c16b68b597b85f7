/** A thousand peers that connect, ask for one block and stay: memory of each, and whether all are served. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Infohash } from '../../../src/primitives/infohash.js';
import { freePort } from '../../processes/free-port.js';
import type { BenchCase } from '../../rounds/bench-plan.js';
import { AskingPeer } from './asking-peer.js';
import { writeSmallTorrents } from './small-torrents.js';
import { startWatching } from './watching-program.js';

const DIALS_AT_ONCE = 50;
const SERVE_LIMIT_MS = 120_000;
const SETTLE_MS = 3000;

export function peersCase(name: string, peerCount: number, torrentCount: number): BenchCase {
	const where = torrentCount === 1 ? 'one torrent' : `${torrentCount} torrents`;
	return {
		name,
		title: `${peerCount.toLocaleString('en-US')} peers on ${where}`,
		figures: [
			{ name: 'perPeer', title: 'memory of an idle peer', unit: 'kB', better: 'lower' },
			{ name: 'served', title: 'until every peer has a block', unit: 's', better: 'lower' },
		],
		targets: [{ contender: 'btmany', figure: 'perPeer', target: { atMost: 32.768 } }],
		rounds: 1,
		warmUps: 0,
		settings: { connections: 'no limit', slots: 'no limit' },
		contenders: [
			{
				name: 'btmany',
				peers: [],
				async run({ folder, signal }) {
					const watched = path.join(folder, 'watched');
					const infohashes = writeSmallTorrents(watched, torrentCount);
					const port = await freePort();
					const program = startWatching(watched, folder, torrentCount, [
						`--port=${port}`,
						'--max-connections=0',
						'--max-connections-per-torrent=0',
						'--upload-slots=0',
					]);
					await program.allSeed();
					await sleep(SETTLE_MS, undefined, { signal });
					const before = program.process.usage().anonymousRssMb;
					const startedAtMs = performance.now();
					const peers = await connectAll(port, infohashes, peerCount);
					try {
						await program.process.expect(
							'every peer served',
							Promise.all(peers.map((peer) => peer.served)),
							SERVE_LIMIT_MS,
						);
						const served = (performance.now() - startedAtMs) / 1000;
						await sleep(SETTLE_MS, undefined, { signal });
						const after = program.process.usage().anonymousRssMb;
						return { perPeer: ((after - before) * 1000) / peerCount, served };
					} finally {
						for (const peer of peers) peer.close();
						await program.process.stop('SIGINT');
					}
				},
			},
		],
	};
}

async function connectAll(
	port: number,
	infohashes: readonly Infohash[],
	count: number,
): Promise<AskingPeer[]> {
	const peers: AskingPeer[] = [];
	while (peers.length < count) {
		const some: AskingPeer[] = [];
		for (let i = peers.length; i < Math.min(count, peers.length + DIALS_AT_ONCE); i++) {
			const infohash = infohashes[i % infohashes.length];
			if (infohash !== undefined) some.push(new AskingPeer(port, infohash, i));
		}
		await Promise.all(some.map((peer) => peer.greeted));
		peers.push(...some);
	}
	return peers;
}
