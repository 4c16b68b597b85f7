import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { EventLoopLag } from '../../src/primitives/event-loop-lag.js';

/** Holds up the event loop. */
function block(forMs: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

test('a pause of the event loop is seen as its longest one, and forgotten after two windows', async (t) => {
	const lag = new EventLoopLag(0);
	t.teardown(() => lag.close());
	// A pause is measured from the sample before it: there must be one.
	while (lag.summary(0).maxMs < 100) {
		block(200);
		await setImmediate();
	}
	t.true(lag.summary(4999).maxMs >= 100);
	lag.summary(5000);
	lag.summary(10_000);
	t.true(lag.summary(10_001).maxMs < 100);
});
