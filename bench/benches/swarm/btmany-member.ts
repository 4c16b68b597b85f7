/** A process of its own: one session of the build under test with one torrent. See `MemberPlan`. */

import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type * as libraryExports from '../../../src/index.js';
import { underTest } from '../micro/micro-case.js';
import type { MemberPlan } from './member.js';

type Library = typeof libraryExports;

const plan = JSON.parse(process.argv[2] ?? '') as MemberPlan;
const { defaultSessionOptions, silentLogger, startSession } = await underTest<Library>('index.js');
const session = await startSession(
	{
		...defaultSessionOptions(path.join(plan.home, 'state')),
		downloadDir: plan.folder,
		ports: { first: plan.port, last: plan.port },
		bindAddress: plan.address,
		maxUploadRateBytesPerSecond: plan.uploadBytesPerSecond,
		uploadSlots: plan.uploadSlots,
	},
	{ logger: silentLogger },
);
const look = (): void => {
	if (session.getSnapshot().torrents[0]?.state !== 'seeding') return;
	console.log('complete');
	unsubscribe();
};
const unsubscribe = session.subscribe(look);
await session.dispatch({
	type: 'add',
	metainfoBytes: await readFile(plan.torrentPath),
	torrentPath: plan.torrentPath,
});
const orders = createInterface({ input: process.stdin });
orders.on('line', () => {
	const torrent = session.getSnapshot().torrents[0];
	const report = {
		sentBytes: torrent?.uploadedBytes ?? 0,
		receivedBytes: torrent?.downloadedBytes ?? 0,
		wastedBytes: torrent?.wastedBytes ?? 0,
	};
	console.log(JSON.stringify(report));
});
process.on('SIGTERM', () => process.exit());
