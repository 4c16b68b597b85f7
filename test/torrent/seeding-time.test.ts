import test from 'ava';
import { SeedingTime } from '../../src/torrent/seeding-time.js';

test('seeding time grows only between start and stop, on top of earlier runs', (t) => {
	const time = new SeedingTime(1000);
	t.is(time.totalMs(50_000), 1000);
	time.start(50_000);
	time.start(55_000);
	t.is(time.totalMs(60_000), 11_000);
	time.stop(62_000);
	t.is(time.totalMs(99_000), 13_000);
	time.stop(99_000);
	t.is(time.totalMs(99_000), 13_000);
});
