/** What the debug page says about the screen. */
import test from 'ava';
import { ScreenMeter } from '../../src/ui/screen-meter.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

function setUp(): { clock: VirtualClock; meter: ScreenMeter; frame: (options: Step) => void } {
	const clock = new VirtualClock();
	const meter = new ScreenMeter(clock);
	return {
		clock,
		meter,
		frame({ keyMs, makeMs, writeMs, bytes }) {
			if (keyMs !== undefined) {
				meter.keyPressed();
				clock.advance(keyMs);
			}
			meter.frameBegun();
			clock.advance(makeMs);
			meter.frameMade();
			meter.writeBegun(bytes);
			clock.advance(writeMs);
			meter.writeEnded();
		},
	};
}

interface Step {
	readonly keyMs?: number;
	readonly makeMs: number;
	readonly writeMs: number;
	readonly bytes: number;
}

test('frames are timed from their beginning, writes and keys until the terminal has them', (t) => {
	const { meter, frame, clock } = setUp();
	t.teardown(() => meter.close());
	frame({ makeMs: 2, writeMs: 1, bytes: 500 });
	frame({ makeMs: 4, writeMs: 30, bytes: 1500, keyMs: 20 });
	clock.advance(943);
	const stats = meter.stats();
	t.deepEqual(stats.frameTimes, { p50Ms: 4, p99Ms: 4, maxMs: 4 });
	t.deepEqual(stats.writeTimes, { p50Ms: 30, p99Ms: 30, maxMs: 30 });
	t.deepEqual(stats.keyTimes, { p50Ms: 54, p99Ms: 54, maxMs: 54 });
	t.like(stats, { frames: 2, framesPerSecond: 2, bytesPerSecond: 2000, writtenBytes: 2000 });
});

test('a key whose frame shows nothing new is not timed with the next frame', (t) => {
	const { meter, frame, clock } = setUp();
	t.teardown(() => meter.close());
	meter.keyPressed();
	meter.frameBegun();
	meter.frameMade();
	meter.frameUnchanged();
	clock.advance(900);
	frame({ makeMs: 1, writeMs: 1, bytes: 1 });
	t.is(meter.stats().keyTimes.maxMs, 0);
});

test('what is older than ten seconds no longer counts, the totals stay', (t) => {
	const { meter, frame, clock } = setUp();
	t.teardown(() => meter.close());
	frame({ makeMs: 500, writeMs: 500, bytes: 1000 });
	clock.advance(10_001);
	const stats = meter.stats();
	t.is(stats.frameTimes.maxMs, 0);
	t.like(stats, { frames: 1, framesPerSecond: 0, bytesPerSecond: 0, writtenBytes: 1000 });
});

test('any number of frames leaves the last ones, and a rate that is right', (t) => {
	const { meter, frame } = setUp();
	t.teardown(() => meter.close());
	for (let index = 0; index < 1000; index++) frame({ makeMs: 5, writeMs: 5, bytes: 10 });
	const stats = meter.stats();
	t.is(stats.frames, 1000);
	t.true(Math.abs(stats.framesPerSecond - 100) < 2, `${stats.framesPerSecond}`);
});
