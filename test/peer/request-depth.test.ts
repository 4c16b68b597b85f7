import test from 'ava';
import fc from 'fast-check';
import { requestDepth } from '../../src/peer/request-depth.js';

const FRESH = { rateBytesPerSecond: 0, blocksReceived: 0, peerReqq: undefined, isSnubbed: false };

test('a new peer is asked for eight blocks, a snubbed one for one', (t) => {
	t.is(requestDepth(FRESH), 8);
	t.is(
		requestDepth({ ...FRESH, isSnubbed: true, rateBytesPerSecond: 1e9, blocksReceived: 1e6 }),
		1,
	);
});

test('a slow peer that has proven itself keeps four', (t) => {
	t.is(requestDepth({ ...FRESH, rateBytesPerSecond: 1000, blocksReceived: 100 }), 4);
});

test('three seconds of the measured rate are kept outstanding', (t) => {
	t.is(requestDepth({ ...FRESH, rateBytesPerSecond: 16_384 * 20, blocksReceived: 1000 }), 60);
});

test('a peer on the same network gets hundreds within a few round trips', (t) => {
	let received = 0;
	let rounds = 0;
	let depth = 0;
	while (depth < 1000 && rounds < 20) {
		depth = requestDepth({
			rateBytesPerSecond: (received * 16_384) / 1,
			blocksReceived: received,
			peerReqq: 2000,
			isSnubbed: false,
		});
		received += depth;
		rounds++;
	}
	t.true(rounds <= 9, `${rounds} round trips`);
	const fast = { ...FRESH, rateBytesPerSecond: 5e8, blocksReceived: 1e6 };
	t.is(requestDepth(fast), 250, 'what is safe when the peer names no limit');
	t.is(requestDepth({ ...fast, peerReqq: 500 }), 500);
	t.is(requestDepth({ ...fast, peerReqq: 1e9 }), 2000);
});

test('the peer’s limit holds and a senseless one is not taken at its word', (t) => {
	t.is(requestDepth({ ...FRESH, peerReqq: 2 }), 2);
	for (const peerReqq of [0, -5, Number.NaN, Number.POSITIVE_INFINITY])
		t.is(requestDepth({ ...FRESH, peerReqq, rateBytesPerSecond: 1e9, blocksReceived: 1e6 }), 250);
});

test('the depth is always a whole number from 1 to 2000', (t) => {
	t.notThrows(() =>
		fc.assert(
			fc.property(
				fc.double({ min: 0, max: 1e12, noNaN: true }),
				fc.nat(),
				fc.option(fc.double(), { nil: undefined }),
				fc.boolean(),
				(rateBytesPerSecond, blocksReceived, peerReqq, isSnubbed) => {
					const depth = requestDepth({ rateBytesPerSecond, blocksReceived, peerReqq, isSnubbed });
					return Number.isInteger(depth) && depth >= 1 && depth <= 2000;
				},
			),
		),
	);
});
