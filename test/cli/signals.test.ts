import test from 'ava';
import { STOP_SIGNALS } from '../../src/cli/io.js';
import { watchStopRequests } from '../../src/cli/signals.js';
import { fakeIo } from './fake-io.js';

for (const signal of STOP_SIGNALS) {
	test(`the first ${signal} asks politely`, async (t) => {
		const io = fakeIo('/');
		const stop = watchStopRequests(io);
		t.is(stop.reason(), undefined);
		io.signal(signal);
		t.is(await stop.first, signal);
		t.is(stop.reason(), signal);
		t.deepEqual(io.exits, []);
	});
}

test('a second signal of any kind leaves at once with 130', (t) => {
	const io = fakeIo('/');
	watchStopRequests(io);
	io.signal('SIGTERM');
	io.signal('SIGINT');
	t.deepEqual(io.exits, [130]);
});

test('a reader that goes away asks politely and never forces', async (t) => {
	const io = fakeIo('/');
	const stop = watchStopRequests(io);
	io.closeStdout();
	io.closeStdout();
	t.is(await stop.first, 'output-closed');
	t.deepEqual(io.exits, []);
});

test('after close signals are no longer taken', (t) => {
	const io = fakeIo('/');
	const stop = watchStopRequests(io);
	stop.close();
	io.signal('SIGINT');
	io.closeStdout();
	t.is(stop.reason(), undefined);
});
