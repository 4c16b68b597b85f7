/** Clients that are started one after another on one tracker, and what each has got in the end. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { unexpectedDial } from './dial-check.js';
import { type Member, type Started, startMember, waitForMember } from './members.js';
import { comparePayload, type Payload } from './payloads.js';
import { type Program, stopAllPrograms } from './program.js';
import type { Scoreboard } from './scoreboard.js';
import { setting, TRANSFER_LIMIT_MS } from './settings.js';
import { DialWatch } from './tcp-table.js';
import { Tracker } from './tracker.js';
import { waitUntil } from './wait.js';

/** One line of the result: that member gets that payload. */
export interface SwarmCase {
	readonly name: string;
	readonly member: Member;
	readonly payload: Payload;
}

export interface SwarmPlan {
	/**
	 * In the order of their start. Each is started when the tracker knows those before it, so the
	 * later one of any two hears of the earlier one, never the other way round: the later one dials.
	 */
	readonly members: readonly Member[];
	/** All but the first member are started together; who dials whom is then left to them. */
	readonly areTogether?: boolean;
	readonly cases: readonly SwarmCase[];
}

const WRITE_LIMIT_MS = 2000;

let swarmCount = 0;

/** Runs one swarm to its end; whatever goes wrong ends up on the scoreboard. */
export async function runSwarm(plan: SwarmPlan, scoreboard: Scoreboard): Promise<void> {
	const home = path.join(setting('INTEROP_WORK'), `swarm-${++swarmCount}`);
	await mkdir(home, { recursive: true });
	const dials = new DialWatch();
	const started: Started[] = [];
	let tracker: Tracker | undefined;
	const logs = ({ member, payload }: SwarmCase): string =>
		started
			.filter((one, index) => index === 0 || one.member === member || started.length < 4)
			.map(({ running }) => running.programOf(payload).tail())
			.join('\n');
	const begunAt = performance.now();
	try {
		tracker = await Tracker.start(home, [...new Set(plan.cases.map((one) => one.payload))]);
		const waves =
			plan.areTogether === true
				? [plan.members.slice(0, 1), plan.members.slice(1)]
				: plan.members.map((member) => [member]);
		for (const wave of waves) {
			const before = [...started];
			await Promise.all(
				wave.map(async (member) => {
					started.push(await startMember(member, home, before));
				}),
			);
			const [first] = wave === waves.at(-1) ? [] : started.slice(-1);
			if (first !== undefined) await waitForMember(first, started, tracker);
		}
		await Promise.all(
			plan.cases.map(async (one) => {
				const self = started.find(({ member }) => member === one.member);
				if (self === undefined) throw new Error('A case belongs to a member of its swarm');
				let failure = await finishCase(one.payload, self);
				const seconds = (performance.now() - self.startedAt) / 1000;
				if (failure === undefined && plan.areTogether !== true) {
					failure = await unexpectedDial(one.payload, self, started, dials);
				}
				scoreboard.record({ name: one.name, seconds, failure }, () => logs(one));
			}),
		);
	} catch (error) {
		const seconds = (performance.now() - begunAt) / 1000;
		const failure = error instanceof Error ? error.message : String(error);
		for (const one of plan.cases) {
			scoreboard.record({ name: one.name, seconds, failure }, () => logs(one));
		}
	} finally {
		dials.close();
		// The tracker last: the others still have to say good-bye to it.
		await stopAllPrograms(tracker?.program);
		await stopAllPrograms();
		for (const { member, running } of started) {
			if (member.client.endsWhenAsked === true) recordBadExits(running.programs, scoreboard);
		}
		if (process.env['INTEROP_KEEP'] === undefined) {
			await rm(home, { recursive: true, force: true });
		}
	}
}

/** A `btmany` that has to be killed, or fails while it ends, fails a case of its own. */
function recordBadExits(programs: readonly Program[], scoreboard: Scoreboard): void {
	for (const program of programs.filter(({ exitCode }) => exitCode !== 0)) {
		const failure = `left with ${program.exitCode} after SIGTERM`;
		scoreboard.record({ name: 'btmany ends politely', seconds: 0, failure }, () => program.tail());
	}
}

/** @returns what went wrong, or undefined */
async function finishCase(
	payload: Payload,
	{ place, running, member }: Started,
): Promise<string | undefined> {
	const mayLackEmptyFiles = member.client.skipsEmptyFiles === true;
	let problem: string | undefined;
	const isComplete = await waitUntil(async () => {
		try {
			return await running.isComplete(payload);
		} catch (error) {
			problem = error instanceof Error ? error.message : String(error);
			return true;
		}
	}, TRANSFER_LIMIT_MS);
	if (problem !== undefined) return problem;
	if (!isComplete) return `not complete after ${TRANSFER_LIMIT_MS / 1000} s`;
	const originals = setting('INTEROP_ORIGINALS');
	// Some clients say so a moment before the last bytes are written.
	let difference: string | undefined;
	await waitUntil(async () => {
		difference = await comparePayload(originals, place.folder, payload, { mayLackEmptyFiles });
		return difference === undefined;
	}, WRITE_LIMIT_MS);
	return difference;
}
