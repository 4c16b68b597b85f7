/** Turns at a global limit, on a virtual clock. */
import type * as gateExports from '../../../src/net/rate-gate.js';
import type { GateMember } from '../../../src/net/rate-gate.js';
import type { Figures } from '../../rounds/bench-plan.js';
import { type MicroCase, perSecond, underTest } from './micro-case.js';

type Gate = typeof gateExports;

const TURN_BYTES = 16_384;
/** High enough that time passes slowly: what is measured are turns. */
const BYTES_PER_SECOND = 100e6;
/** Of the virtual clock. */
const STEPS = 200;

export const rateGateMicro: MicroCase = {
	name: 'rate-gate',
	title: 'Turns of 16 KiB at a limit of 100 MB/s',
	figures: [
		{ name: 'turns', title: 'turns', unit: 'per s', better: 'higher' },
		{ name: 'unlimited', title: 'turns without a limit', unit: 'per s', better: 'higher' },
	],
	variants: {
		'100 peers of 1 torrent': (budgetMs) => measure(budgetMs, 100, 1),
		'1,000 peers of 1 torrent': (budgetMs) => measure(budgetMs, 1000, 1),
		'1,000 peers of 100 torrents': (budgetMs) => measure(budgetMs, 1000, 100),
	},
};

async function measure(
	budgetMs: number,
	memberCount: number,
	groupCount: number,
): Promise<Figures> {
	const { RateGate } = await underTest<Gate>('net/rate-gate.js');
	return {
		turns: turnRate(RateGate, budgetMs, BYTES_PER_SECOND, memberCount, groupCount),
		unlimited: turnRate(RateGate, budgetMs, 0, memberCount, groupCount),
	};
}

function turnRate(
	RateGate: Gate['RateGate'],
	budgetMs: number,
	bytesPerSecond: number,
	memberCount: number,
	groupCount: number,
): number {
	let nowMs = 0;
	let due: (() => void) | undefined;
	const gate = new RateGate(bytesPerSecond, {
		now: () => nowMs,
		wallMs: () => nowMs,
		every: () => () => undefined,
		after: (delayMs, callback) => {
			due = () => {
				nowMs += delayMs;
				callback();
			};
			return () => {
				due = undefined;
			};
		},
	});
	let turns = 0;
	const groups = Array.from({ length: groupCount }, () => ({}));
	const members = Array.from({ length: memberCount }, (_, i): GateMember => {
		const group = groups[i % groupCount] ?? {};
		const member: GateMember = {
			group,
			onTurn: () => {
				if (!gate.enter(member)) return;
				turns++;
				gate.took(TURN_BYTES, group);
				// There is always more to send.
				if (bytesPerSecond > 0) gate.enter(member);
			},
		};
		return member;
	});
	for (const member of members) member.onTurn();
	return perSecond(
		budgetMs,
		() => undefined,
		() => {
			const before = turns;
			for (let steps = 0; steps < STEPS; steps++) {
				const run = due;
				due = undefined;
				if (run === undefined) for (const member of members) member.onTurn();
				else run();
			}
			return turns - before;
		},
	);
}
