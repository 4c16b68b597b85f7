import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { EventLoopLag } from '../../src/primitives/event-loop-lag.js';

/** Holds up the event loop. */
function block(forMs: number): void {
	Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, forMs);
}

test('a pause of the event loop is seen as its longest one', async (t) => {
	const lag = new EventLoopLag();
	t.teardown(() => lag.close());
	let maxMs = 0;
	while (maxMs < 100) {
		// Longer than samples are ever apart.
		block(400);
		await setImmediate();
		({ maxMs } = lag.summary(performance.now()));
	}
	t.true(maxMs < 10_000);
});
