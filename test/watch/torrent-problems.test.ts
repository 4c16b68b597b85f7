import test from 'ava';
import { parseInfohash } from '../../src/primitives/infohash.js';
import type { SessionApi } from '../../src/session/session-api.js';
import type { LedgerNote } from '../../src/watch/ledger.js';
import { followProblems } from '../../src/watch/torrent-problems.js';
import { torrentSnapshot } from '../cli/output/snapshots.js';

const PROBLEM = {
	code: 'STORAGE_DISK_FULL',
	message: 'disk full',
	resumesByItself: true,
	canForce: false,
};

test('a problem of a torrent is noted for its file once, and its end as well', (t) => {
	const infohash = parseInfohash('a'.repeat(40));
	if (infohash === undefined) throw new Error('not an infohash');
	let problem: typeof PROBLEM | undefined;
	let publish: (() => void) | undefined;
	const session: Pick<SessionApi, 'subscribe' | 'getSnapshot'> = {
		subscribe(listener) {
			publish = listener;
			return () => {};
		},
		getSnapshot: () =>
			({
				torrents: [{ ...torrentSnapshot('x'), infohash, problem, torrentPath: '/w/x.torrent' }],
			}) as never,
	};
	const notes: LedgerNote[] = [];
	followProblems(session as SessionApi, (note) => notes.push(note));
	publish?.();
	problem = PROBLEM;
	publish?.();
	publish?.();
	problem = undefined;
	publish?.();
	t.deepEqual(
		notes.map(({ outcome, path, message }) => [outcome, path, message]),
		[
			['problem', '/w/x.torrent', 'disk full'],
			['recovered', '/w/x.torrent', 'The torrent goes on'],
		],
	);
});
