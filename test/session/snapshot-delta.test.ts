import test from 'ava';
import fc from 'fast-check';
import type { Infohash } from '../../src/primitives/infohash.js';
import type { SessionSnapshot, TorrentSnapshot } from '../../src/session/snapshot.js';
import { applyDelta, snapshotDelta } from '../../src/session/snapshot-delta.js';

function picture(digit: number, doneBytes: number): TorrentSnapshot {
	const infohash = digit.toString(16).repeat(40) as Infohash;
	return { infohash, doneBytes } as TorrentSnapshot;
}

function snapshot(revision: number, torrents: readonly TorrentSnapshot[]): SessionSnapshot {
	return { revision, torrents } as SessionSnapshot;
}

test('a torrent that did not change is not sent and keeps its object', (t) => {
	const [a, b] = [picture(1, 0), picture(2, 0)];
	const before = snapshot(1, [a, b]);
	const after = snapshot(2, [a, picture(2, 5)]);
	const delta = snapshotDelta(before, after);
	t.is(delta.changed.length, 1);
	t.is(delta.order, undefined);
	const there = applyDelta(before, structuredClone(delta));
	t.is(there.torrents[0], a);
	t.deepEqual(there, after);
	t.is(before.torrents[1], b);
});

test('the first snapshot is sent whole', (t) => {
	const first = snapshot(1, [picture(1, 0), picture(2, 3)]);
	t.deepEqual(applyDelta(undefined, structuredClone(snapshotDelta(undefined, first))), first);
});

test('any run of snapshots arrives as it was, through any number of differences', (t) => {
	const torrents = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.nat(3)), {
		selector: ([digit]) => digit,
	});
	fc.assert(
		fc.property(fc.array(torrents, { maxLength: 8 }), (states) => {
			let here: SessionSnapshot | undefined;
			let there: SessionSnapshot | undefined;
			for (const [revision, state] of states.entries()) {
				const known = new Map(here?.torrents.map((one) => [JSON.stringify(one), one]));
				const next = state.map(([digit, done]) => {
					const made = picture(digit, done);
					return known.get(JSON.stringify(made)) ?? made;
				});
				const after = snapshot(revision, next);
				there = applyDelta(there, structuredClone(snapshotDelta(here, after)));
				here = after;
				t.deepEqual(there, here);
			}
		}),
		{ numRuns: 200 },
	);
});
