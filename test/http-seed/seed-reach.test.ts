import test from 'ava';
import { runDepth } from '../../src/http-seed/run-depth.js';
import { reachBesideTrackers } from '../../src/http-seed/seed-reach.js';
import type { HttpReach } from '../../src/net/http-agents.js';

const NAMES: Readonly<Record<string, readonly string[]>> = {
	'here.example': ['127.0.0.1'],
	'house.example': ['192.168.1.5'],
	'far.example': ['203.0.113.9'],
	'[::1]': ['::1'],
};
const resolver = {
	async resolve(host: string): Promise<readonly string[]> {
		const found = NAMES[host] ?? NAMES[`[${host}]`];
		if (found === undefined) throw new Error('no such name');
		return found;
	},
};

const reach = test.macro({
	title: (_provided, hosts: readonly string[], expected: HttpReach) =>
		`HTTP seeds beside trackers at ${hosts.join(' and ') || 'nowhere'} may reach: ${expected}`,
	async exec(t, hosts: readonly string[], expected: HttpReach) {
		const tiers = hosts.map((host) => [`http://${host}:6969/announce`]);
		t.is(await reachBesideTrackers(tiers, resolver), expected);
	},
});
test(reach, [], 'public');
test(reach, ['far.example', 'gone.example'], 'public');
test(reach, ['far.example', 'here.example'], 'not-private');
test(reach, ['[::1]'], 'not-private');
test(reach, ['house.example'], 'not-loopback');
test(reach, ['house.example', 'here.example'], 'anywhere');

test('an HTTP seed is asked for half a megabyte at least and 16 at most', (t) => {
	t.is(runDepth(0, 0), 32);
	t.is(runDepth(100_000_000, 0), 32);
	t.is(runDepth(1_000_000, 10_000), 184);
	t.is(runDepth(1e12, 10_000), 1024);
});
