/** What the terminal is told, frame by frame. */
import test from 'ava';
import { type FrameSink, FrameWriter } from '../../src/ui/frame-writer.js';
import { ScreenMeter } from '../../src/ui/screen-meter.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

const BEGIN = '\u001b[?2026h';
const END = '\u001b[?2026l';

/** Remembers writes; takes them at once, or when told to. */
function makeSink(isSlow = false): {
	writes: string[];
	sink: FrameSink;
	take: () => void;
} {
	const writes: string[] = [];
	const waiting: (() => void)[] = [];
	return {
		writes,
		sink: (bytes, done) => {
			writes.push(Buffer.from(bytes).toString());
			if (isSlow) waiting.push(done);
			else done();
		},
		take: () => waiting.shift()?.(),
	};
}

test('the first frame is written whole, in one write', (t) => {
	const { writes, sink } = makeSink();
	new FrameWriter(sink, 24).paint(['one', 'two']);
	t.deepEqual(writes, [
		`${BEGIN}\u001b[0m\u001b[2J\u001b[1;1Hone\u001b[0m\u001b[2;1Htwo\u001b[0m${END}`,
	]);
});

test('only changed lines are written again, the first line among them', (t) => {
	const { writes, sink } = makeSink();
	const writer = new FrameWriter(sink, 24);
	writer.paint(['tick 0', 'row', 'end']);
	writer.paint(['tick 1', 'row', 'end']);
	t.deepEqual(writes.slice(1), [`${BEGIN}\u001b[1;1H\u001b[2Ktick 1\u001b[0m${END}`]);
});

test('an equal frame writes nothing', (t) => {
	const { writes, sink } = makeSink();
	const writer = new FrameWriter(sink, 24);
	writer.paint(['same']);
	writer.paint(['same']);
	t.is(writes.length, 1);
});

test('lines that are gone are erased, lines below the screen are not drawn', (t) => {
	const { writes, sink } = makeSink();
	const writer = new FrameWriter(sink, 2);
	writer.paint(['a', 'b', 'c']);
	t.false(writes[0]?.includes('c'));
	writer.paint(['a']);
	t.is(writes[1], `${BEGIN}\u001b[2;1H\u001b[2K\u001b[0m${END}`);
});

test('a slow terminal gets only the newest frame', async (t) => {
	const { writes, sink, take } = makeSink(true);
	const writer = new FrameWriter(sink, 24);
	writer.paint(['0']);
	for (let frame = 1; frame <= 9; frame++) writer.paint([String(frame)]);
	t.is(writes.length, 1);
	const idle = writer.idle();
	take();
	t.is(writes.length, 2);
	t.regex(writes[1] ?? '', /9/);
	take();
	await idle;
	t.is(writes.length, 2);
});

test('a repaint writes everything again, also to a new height', (t) => {
	const { writes, sink } = makeSink();
	const writer = new FrameWriter(sink, 1);
	writer.paint(['a', 'b']);
	writer.repaint();
	t.is(writes[1], writes[0]);
	writer.invalidate(2);
	writer.paint(['a', 'b']);
	t.regex(writes[2] ?? '', /2;1Hb/);
});

test('a stopped writer writes nothing, a resumed one does again', (t) => {
	const { writes, sink } = makeSink();
	const writer = new FrameWriter(sink, 24);
	writer.paint(['a']);
	writer.stop();
	writer.paint(['b']);
	t.is(writes.length, 1);
	writer.resume();
	writer.paint(['c']);
	t.is(writes.length, 2);
});

test('a frame that gives way to a newer one is counted as dropped, one that is shown is not', (t) => {
	const { sink, take } = makeSink(true);
	const meter = new ScreenMeter(new VirtualClock());
	t.teardown(() => meter.close());
	const writer = new FrameWriter(sink, 24, meter);
	for (let frame = 0; frame <= 9; frame++) writer.paint([String(frame)]);
	t.like(meter.stats(), { frames: 0, droppedFrames: 8, isTerminalBusy: true });
	take();
	take();
	t.like(meter.stats(), { frames: 2, droppedFrames: 8, isTerminalBusy: false });
	writer.paint(['9']);
	t.like(meter.stats(), { frames: 2, droppedFrames: 8, isTerminalBusy: false });
});
