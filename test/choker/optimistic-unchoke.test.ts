import test from 'ava';
import { Choker } from '../../src/choker/choker.js';
import { OptimisticUnchoke } from '../../src/choker/optimistic-unchoke.js';
import { candidate, seededRandom } from './candidate.js';

const PEERS = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) => candidate(key));

function plan(choker: Choker<string>, peers: typeof PEERS, nowMs: number): string | undefined {
	return choker.plan(peers, { slots: 2, isSeeding: false, nowMs }).optimistic;
}

test('the optimistic slot is kept for three rounds and then goes to somebody else', (t) => {
	const choker = new Choker<string>({ random: seededRandom(3) });
	const holders = [0, 10_000, 20_000, 30_000, 40_000, 50_000, 60_000].map((nowMs) =>
		plan(choker, PEERS, nowMs),
	);
	t.is(new Set(holders.slice(0, 3)).size, 1);
	t.is(new Set(holders.slice(3, 6)).size, 1);
	t.not(holders[0], holders[3]);
	t.not(holders[3], holders[6]);
});

test('the optimistic slot passes on at once when its holder leaves or loses interest', (t) => {
	const choker = new Choker<string>({ random: seededRandom(3) });
	const first = plan(choker, PEERS, 0);
	const second = plan(
		choker,
		PEERS.filter(({ key }) => key !== first),
		10_000,
	);
	t.truthy(second);
	t.not(second, first);
	const bored = PEERS.map((peer) => ({ ...peer, isInterested: peer.key !== second }));
	const third = plan(choker, bored, 20_000);
	t.truthy(third);
	t.not(third, second);
});

test('a peer that begins to give in the optimistic slot earns a regular one when its time is over', (t) => {
	const choker = new Choker<string>({ random: seededRandom(3) });
	const first = plan(choker, PEERS, 0);
	const giving = PEERS.map((peer) =>
		peer.key === first ? { ...peer, isUnchoked: true, downloadRate: 50_000 } : peer,
	);
	const { unchoked, optimistic } = choker.plan(giving, {
		slots: 2,
		isSeeding: false,
		nowMs: 30_000,
	});
	t.true(first !== undefined && unchoked.has(first));
	t.not(optimistic, first);
});

test('the only peer there is keeps the slot', (t) => {
	const choker = new Choker<string>({ random: seededRandom(3) });
	const one = [candidate('a', { isSnubbed: true })];
	for (const nowMs of [0, 30_000, 60_000]) t.is(plan(choker, one, nowMs), 'a');
});

test('peers of the last minute are drawn three times as often', (t) => {
	const peers = [
		candidate('old', { connectedForMs: 60_000 }),
		candidate('new', { connectedForMs: 59_999 }),
	];
	let drawn = 0;
	for (let i = 0; i < 1000; i++) {
		const slot = new OptimisticUnchoke<string>(() => (i + 0.5) / 1000);
		if (slot.rotate(peers, 0) === 'new') drawn++;
	}
	t.is(drawn, 750);
});
