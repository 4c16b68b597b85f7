import test from 'ava';
import { Turns } from '../../src/tracker/turns.js';
import { settle } from '../helpers/virtual-clock.js';

interface Task {
	readonly name: string;
	readonly finish: () => void;
	readonly fail: () => void;
}

function start(turns: Turns, running: Task[], host: string, signal = new AbortController().signal) {
	return turns.run(
		host,
		signal,
		() =>
			new Promise<void>((resolve, reject) => {
				running.push({ name: host, finish: resolve, fail: () => reject(new Error('failed')) });
			}),
	);
}

test('no more tasks run than allowed, and a host gets half of the places', async (t) => {
	const turns = new Turns(4);
	const running: Task[] = [];
	const all = 'aaaabbb'.split('').map((host) => start(turns, running, host));
	await settle();
	t.deepEqual(
		running.map(({ name }) => name),
		['a', 'a', 'b', 'b'],
	);
	t.is(turns.running, 4);
	for (let done = 0; done < 7; done++) {
		running[done]?.finish();
		await settle();
	}
	await Promise.all(all);
	t.is(turns.running, 0);
});

test('hosts that wait are served in turn', async (t) => {
	const turns = new Turns(1);
	const running: Task[] = [];
	const all = 'aaabbc'.split('').map((host) => start(turns, running, host));
	for (let done = 0; done < 6; done++) {
		await settle();
		running[done]?.finish();
	}
	await Promise.all(all);
	t.is(running.map(({ name }) => name).join(''), 'aabcab');
});

test('a task that is cancelled while it waits never starts and takes no place', async (t) => {
	const turns = new Turns(1);
	const running: Task[] = [];
	const first = start(turns, running, 'a');
	const stop = new AbortController();
	const second = start(turns, running, 'a', stop.signal);
	const third = start(turns, running, 'a');
	await settle();
	stop.abort();
	await t.throwsAsync(second, { any: true, name: 'AbortError' });
	running[0]?.finish();
	await settle();
	t.is(running.length, 2);
	running[1]?.finish();
	await Promise.all([first, third]);
	t.is(turns.running, 0);
});

test('a task that fails gives its place back', async (t) => {
	const turns = new Turns(1);
	const running: Task[] = [];
	const first = start(turns, running, 'a');
	const second = start(turns, running, 'b');
	await settle();
	running[0]?.fail();
	await t.throwsAsync(first, { message: 'failed' });
	await settle();
	running[1]?.finish();
	await second;
	t.is(turns.running, 0);
});
