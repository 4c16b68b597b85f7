import test from 'ava';
import { OnePeerTracker } from '../../../bench/contenders/one-peer-tracker.js';

async function ask(tracker: OnePeerTracker, port: number, left: number): Promise<string> {
	const response = await fetch(`${tracker.announce}?port=${port}&left=${left}&event=started`);
	return Buffer.from(await response.arrayBuffer()).toString('latin1');
}

test('leechers are told of the seeder when all of them have asked, a seeder of nobody at once', async (t) => {
	const tracker = await OnePeerTracker.start();
	t.teardown(() => tracker.close());
	const told = tracker.expect({ address: '127.0.0.2', port: 0x1ae1 }, 2);
	const first = ask(tracker, 1001, 5);
	t.is(await ask(tracker, 1000, 0), 'd8:intervali3600e5:peers0:e');
	const isEarly = await Promise.race([first.then(() => true), Promise.resolve(false)]);
	t.false(isEarly);
	const second = ask(tracker, 1002, 5);
	await told;
	const expected = `d8:intervali3600e5:peers6:\x7f\0\0\x02\x1a\xe1e`;
	t.is(await first, expected);
	t.is(await second, expected);
});
