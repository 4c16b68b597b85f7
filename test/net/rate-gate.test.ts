import test from 'ava';
import { type GateMember, RateGate } from '../../src/net/rate-gate.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

/** Wants to move blocks without end, like a peer with a full request queue. */
class Mover implements GateMember {
	readonly group: object;
	readonly #gate: RateGate;
	readonly #blockBytes: number;
	movedBytes = 0;

	constructor(gate: RateGate, group: object = {}, blockBytes = 16_384) {
		this.#gate = gate;
		this.group = group;
		this.#blockBytes = blockBytes;
	}

	onTurn(): void {
		while (this.#gate.enter(this)) {
			this.movedBytes += this.#blockBytes;
			this.#gate.took(this.#blockBytes, this.group);
			if (this.movedBytes > 1e9) return;
		}
	}
}

function movers(gate: RateGate, count: number, group?: object): Mover[] {
	const list = Array.from({ length: count }, () => new Mover(gate, group));
	for (const mover of list) mover.onTurn();
	return list;
}

const sum = (list: readonly { readonly movedBytes: number }[]): number =>
	list.reduce((total, mover) => total + mover.movedBytes, 0);

test('without a limit everybody may move at once and nothing waits', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(0, clock);
	t.true(gate.enter(new Mover(gate)));
	t.false(gate.isLimited);
	t.is(clock.pendingTimers, 0);
});

for (const rate of [5000, 100_000, 10_000_000]) {
	for (const count of [1, 7]) {
		test(`${count} member(s) together move ${rate} bytes a second`, (t) => {
			const clock = new VirtualClock();
			const gate = new RateGate(rate, clock);
			const list = movers(gate, count);
			clock.advance(60_000);
			const moved = sum(list);
			// The burst at the start and one block each are what may be beyond.
			t.true(Math.abs(moved - 60 * rate) <= 60 * rate * 0.01 + rate / 4 + 32_768, `${moved}`);
		});
	}
}

test('a group with many members gets no more than a group with one', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(500_000, clock);
	const many = movers(gate, 9, {});
	const one = movers(gate, 1, {});
	clock.advance(30_000);
	const share = sum(one) / (sum(one) + sum(many));
	t.true(share > 0.45 && share < 0.55, `the one moved ${share} of all`);
	const each = many.map(({ movedBytes }) => movedBytes);
	t.true(Math.max(...each) - Math.min(...each) <= 2 * 16_384);
});

test('a new limit holds from the moment it is set, and none lets everybody go', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(100_000, clock);
	const [mover] = movers(gate, 1);
	clock.advance(10_000);
	gate.setRate(1_000_000);
	const before = mover?.movedBytes ?? 0;
	clock.advance(10_000);
	const moved = (mover?.movedBytes ?? 0) - before;
	t.true(moved > 9_700_000 && moved < 10_400_000, `${moved}`);
	let turns = 0;
	gate.enter({ group: {}, onTurn: () => turns++ });
	gate.setRate(0);
	t.is(turns, 1);
});

test('who left the line is not called, and an empty line keeps no timer', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(1000, clock);
	gate.took(5000, {});
	let turns = 0;
	const member = { group: {}, onTurn: () => turns++ };
	t.false(gate.enter(member));
	gate.leave(member);
	gate.leave(member);
	clock.advance(60_000);
	t.is(turns, 0);
	t.is(clock.pendingTimers, 0);
});

test('a member that does not use its turn does not hold up the others', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(100_000, clock);
	gate.took(20_000, {});
	gate.enter({ group: {}, onTurn: () => {} });
	const [mover] = movers(gate, 1);
	clock.advance(10_000);
	t.true((mover?.movedBytes ?? 0) > 900_000);
});

test('a member that asks again and again and moves nothing holds up nobody', (t) => {
	const clock = new VirtualClock();
	const gate = new RateGate(100_000, clock);
	const [busy] = movers(gate, 1) as [Mover];
	let turns = 0;
	const idle: GateMember = {
		group: {},
		onTurn() {
			turns++;
			gate.enter(idle);
			gate.enter(idle);
		},
	};
	t.false(gate.enter(idle));
	clock.advance(10_000);
	t.true(turns > 0 && turns < 100_000, `${turns} turns`);
	t.true(Math.abs(busy.movedBytes - 1_000_000) < 100_000, `${busy.movedBytes} bytes`);
});

test('whoever waits is served in rounds, not as soon as one byte may pass', (t) => {
	const clock = new VirtualClock(0);
	const gate = new RateGate(4_000_000, clock);
	const list = movers(gate, 10);
	let rounds = 0;
	while (clock.now() < 10_000) {
		clock.advance(clock.nextTimerInMs ?? 10_000);
		rounds++;
	}
	t.true(rounds <= 10_000 / 50 + 1, `${rounds} rounds`);
	t.true(Math.abs(sum(list) - 40_000_000) < 1_200_000, `${sum(list)} bytes`);
});

test('rounds of a high limit come so often that none moves much more than 1 MiB', (t) => {
	const clock = new VirtualClock(0);
	const gate = new RateGate(100_000_000, clock);
	const list = movers(gate, 3);
	for (let round = 0; round < 100; round++) {
		const before = sum(list);
		clock.advance(clock.nextTimerInMs ?? 0);
		t.true(sum(list) - before < 1.2 * 2 ** 20);
	}
	t.true(clock.now() < 1200, `${clock.now()} ms`);
});

test('a turn is at least one block, more under a high limit, and anything without one', (t) => {
	const clock = new VirtualClock();
	t.is(new RateGate(5000, clock).turnBytes, 16_384);
	t.is(new RateGate(10_000_000, clock).turnBytes, 160_000);
	t.is(new RateGate(0, clock).turnBytes, Number.POSITIVE_INFINITY);
});

/** Moves its bytes some milliseconds after its turn, as a socket or a disk does. */
class LateMover implements GateMember {
	readonly group = {};
	readonly comingBytes: number;
	movedBytes = 0;
	readonly #gate: RateGate;
	readonly #clock: VirtualClock;

	constructor(gate: RateGate, clock: VirtualClock, comingBytes: number) {
		this.#gate = gate;
		this.#clock = clock;
		this.comingBytes = comingBytes;
	}

	onTurn(): void {
		this.#clock.after(3, () => {
			this.movedBytes += this.comingBytes;
			this.#gate.took(this.comingBytes, this.group);
			if (this.#gate.enter(this)) this.onTurn();
		});
	}
}

test('bytes that come after the turn do not let everybody go in one round', (t) => {
	const clock = new VirtualClock(0);
	const gate = new RateGate(4_000_000, clock);
	const list = Array.from({ length: 100 }, () => new LateMover(gate, clock, 64_000));
	for (const mover of list) mover.onTurn();
	// What came before the limit could say anything is paid for.
	clock.advance(5000);
	const start = sum(list);
	for (let window = 0; window < 100; window++) {
		const before = sum(list);
		clock.advance(100);
		t.true(sum(list) - before <= 400_000 + 2 * 64_000, `${sum(list) - before} bytes in 100 ms`);
	}
	t.true(Math.abs(sum(list) - start - 40_000_000) < 500_000, `${sum(list) - start} bytes`);
	const each = list.map(({ movedBytes }) => movedBytes);
	t.true(Math.max(...each) - Math.min(...each) <= 2 * 64_000);
});

test('those of whom little is to come go together, whatever the limit of a turn', (t) => {
	const clock = new VirtualClock(0);
	const gate = new RateGate(100_000, clock);
	gate.took(1, {});
	const list = Array.from({ length: 50 }, () => new LateMover(gate, clock, 17));
	for (const mover of list) gate.enter(mover);
	clock.advance(60);
	t.true(list.every(({ movedBytes }) => movedBytes > 0));
});
