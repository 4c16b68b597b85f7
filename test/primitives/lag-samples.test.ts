import test from 'ava';
import { LagSamples, NO_LAG } from '../../src/primitives/lag-samples.js';

test('nothing measured is no lag', (t) => {
	t.deepEqual(new LagSamples().summary(0), NO_LAG);
});

test('half, 99 in a hundred and all samples are within the three figures', (t) => {
	const samples = new LagSamples();
	for (let lagMs = 100; lagMs > 0; lagMs--) samples.add(lagMs, 1000);
	t.deepEqual(samples.summary(1000), { p50Ms: 50, p99Ms: 99, maxMs: 100 });
});

test('a pause is told for ten seconds, and forgotten then', (t) => {
	const samples = new LagSamples();
	samples.add(300, 1000);
	samples.add(1, 1020);
	t.is(samples.summary(11_000).maxMs, 300);
	t.is(samples.summary(12_000).maxMs, 0);
});

test('figures are made anew after a second, not at each look', (t) => {
	const samples = new LagSamples();
	samples.add(5, 0);
	const first = samples.summary(0);
	samples.add(50, 100);
	t.is(samples.summary(999), first);
	t.is(samples.summary(1000).maxMs, 50);
});

test('of more samples than are kept, the newest count', (t) => {
	const samples = new LagSamples();
	samples.add(1000, 0);
	for (let i = 0; i < 500; i++) samples.add(2, i);
	t.deepEqual(samples.summary(600), { p50Ms: 2, p99Ms: 2, maxMs: 2 });
});

test('a timer that came early is no lag, and tenths of a millisecond are kept', (t) => {
	const samples = new LagSamples();
	samples.add(-0.4, 0);
	t.is(samples.summary(0).maxMs, 0);
	samples.add(1.26, 1);
	t.is(samples.summary(1001).maxMs, 1.3);
});
