/** The members of a swarm: what each brings and wants, and how it is started. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Client, Place, RunningClient } from './clients/client.js';
import { copyPayload, type Payload } from './payloads.js';
import { START_LIMIT_MS, setting, takePorts } from './settings.js';
import { isListening } from './tcp-table.js';
import type { Tracker } from './tracker.js';
import { waitUntil } from './wait.js';

export interface Member {
	readonly client: Client;
	readonly address: string;
	readonly has: readonly Payload[];
	readonly wants: readonly Payload[];
	/** Tell it where the members before it are; for torrents without a tracker. */
	readonly isToldPeers?: boolean;
	/** Further options of btmany's command line. */
	readonly options?: readonly string[];
}

export interface Started {
	readonly member: Member;
	readonly place: Place;
	readonly running: RunningClient;
	/** Milliseconds of `performance.now()`. */
	readonly startedAt: number;
}

/** @param before - those it is told about, if it has to be told */
export async function startMember(
	member: Member,
	swarmHome: string,
	before: readonly Started[],
): Promise<Started> {
	const home = path.join(swarmHome, `${member.address}-${member.client.name}`);
	const folder = path.join(home, 'data');
	await mkdir(folder, { recursive: true });
	const originals = setting('INTEROP_ORIGINALS');
	for (const payload of member.has) await copyPayload(originals, folder, payload);
	const payloads = [...member.has, ...member.wants];
	const peers =
		member.isToldPeers === true
			? before.flatMap(({ place, running }) =>
					place.payloads.map((payload) => `${place.address}:${running.portOf(payload)}`),
				)
			: [];
	const { address, options = [] } = member;
	const place = { address, port: takePorts(), folder, home, payloads, peers, options };
	const startedAt = performance.now();
	return { member, place, startedAt, running: await member.client.start(place) };
}

/** Until those after it can find it. */
export async function waitForMember(
	{ place, running, member }: Started,
	started: readonly Started[],
	tracker: Tracker,
): Promise<void> {
	for (const payload of place.payloads) {
		const count = started.filter((one) => one.place.payloads.includes(payload)).length;
		const program = running.programOf(payload);
		const isThere = await waitUntil(async () => {
			if (program.exitCode !== undefined) return true;
			if (payload.tracker === 'none') return isListening(place.address, running.portOf(payload));
			return (await tracker.countPeers(payload)) >= count;
		}, START_LIMIT_MS);
		const { name } = member.client;
		if (program.exitCode !== undefined) throw new Error(`${name} left with ${program.exitCode}`);
		if (!isThere) throw new Error(`${name} did not announce ${payload.name} in time`);
	}
}
