/** Runs one case: contenders take turns, A B A B, each round in a fresh folder. */
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeWorkFolder, removeWorkFolder } from '../machine/work-folder.js';
import { stopAllProcesses } from '../processes/measured-process.js';
import type { BenchCase, Contender, Figures } from './bench-plan.js';
import type { CaseResult, ContenderResult, Skip } from './bench-result.js';
import { judgeTargets, ratiosOf } from './case-ratios.js';
import { type Summary, summarize } from './statistics.js';

const DEFAULT_ROOM_BYTES = 64 * 2 ** 20;

export interface CaseOptions {
	readonly rounds: number;
	readonly warmUps: number;
	/** A missing peer is not allowed, unless it is optional. */
	readonly requiresPeers: boolean;
	readonly signal: AbortSignal;
	/** Takes one line of progress. */
	readonly say: (line: string) => void;
	/** Takes versions of peers as they are found. */
	readonly noteVersion: (peer: string, version: string) => void;
}

/** A contender in its case, while it runs. */
interface Entry {
	readonly contender: Contender;
	readonly rounds: (Figures | undefined)[];
	failure?: string;
}

/** @throws when the case's payload cannot be made, or the signal is aborted */
export async function runCase(benchCase: BenchCase, options: CaseOptions): Promise<CaseResult> {
	const { entries, skipped } = await chooseContenders(benchCase, options);
	const work = makeWorkFolder(benchCase.roomBytes ?? DEFAULT_ROOM_BYTES);
	try {
		if (entries.length > 0) {
			const payload = path.join(work.path, 'payload');
			await mkdir(payload);
			options.say(`  making the payload in ${work.kind}`);
			await benchCase.prepare?.(payload, options.signal);
			await runRounds(entries, work.path, benchCase, options);
		}
	} finally {
		await stopAllProcesses();
		await benchCase.cleanUp?.();
		removeWorkFolder(work);
	}
	const contenders = entries.map((entry) => resultOf(entry, benchCase));
	return {
		name: benchCase.name,
		title: benchCase.title,
		settings: benchCase.settings ?? {},
		folderKind: work.kind,
		warmUps: options.warmUps,
		...(benchCase.growth === undefined ? {} : { growth: benchCase.growth }),
		figures: benchCase.figures,
		contenders,
		ratios: ratiosOf(benchCase.ratios ?? [], contenders),
		targets: judgeTargets(benchCase.targets ?? [], contenders),
		skipped,
	};
}

async function chooseContenders(
	benchCase: BenchCase,
	options: CaseOptions,
): Promise<{ entries: Entry[]; skipped: Skip[] }> {
	const entries: Entry[] = [];
	const skipped: Skip[] = [];
	for (const contender of benchCase.contenders) {
		const reasons: string[] = [];
		let isAllowed = true;
		for (const peer of contender.peers) {
			const reason = await peer.missing();
			if (reason === undefined) {
				options.noteVersion(peer.name, await peer.version());
			} else {
				reasons.push(`${peer.name}: ${reason}`);
				if (options.requiresPeers && peer.isOptional !== true) isAllowed = false;
			}
		}
		if (reasons.length === 0) entries.push({ contender, rounds: [] });
		else skipped.push({ contender: contender.name, reason: reasons.join('; '), isAllowed });
	}
	for (const { contender, reason } of skipped) options.say(`  skipped ${contender}: ${reason}`);
	return { entries, skipped };
}

async function runRounds(
	entries: readonly Entry[],
	workFolder: string,
	benchCase: BenchCase,
	options: CaseOptions,
): Promise<void> {
	const last = options.warmUps + options.rounds;
	for (let turn = 0; turn < last; turn++) {
		const isWarmUp = turn < options.warmUps;
		const number = isWarmUp ? 0 : turn - options.warmUps + 1;
		for (const entry of entries) {
			options.signal.throwIfAborted();
			const figures = await runOnce(entry, number, workFolder, options);
			options.signal.throwIfAborted();
			if (!isWarmUp) entry.rounds.push(figures);
			const what = isWarmUp ? 'warm-up' : `round ${number} of ${options.rounds}`;
			options.say(`  ${what}, ${entry.contender.name}: ${tell(figures, entry, benchCase)}`);
		}
	}
}

async function runOnce(
	entry: Entry,
	number: number,
	workFolder: string,
	{ signal }: CaseOptions,
): Promise<Figures | undefined> {
	if (entry.failure !== undefined) return undefined;
	const folder = path.join(workFolder, 'run');
	await mkdir(folder);
	try {
		return await entry.contender.run({ number, folder, signal });
	} catch (error) {
		entry.failure = error instanceof Error ? error.message : String(error);
		return undefined;
	} finally {
		await stopAllProcesses();
		await rm(folder, { recursive: true, force: true, maxRetries: 3 });
	}
}

function tell(figures: Figures | undefined, entry: Entry, benchCase: BenchCase): string {
	if (figures === undefined) return `FAILED: ${entry.failure ?? 'left the case'}`;
	return benchCase.figures
		.flatMap(({ name, title, unit }) => {
			const value = figures[name];
			return value === undefined ? [] : [`${title} ${Number(value.toPrecision(4))} ${unit}`];
		})
		.join(', ');
}

function resultOf({ contender, rounds, failure }: Entry, benchCase: BenchCase): ContenderResult {
	const summaries: Record<string, Summary> = {};
	for (const { name } of benchCase.figures) {
		const summary = summarize(rounds.flatMap((figures) => figures?.[name] ?? []));
		if (summary !== undefined) summaries[name] = summary;
	}
	return {
		name: contender.name,
		settings: contender.settings ?? {},
		rounds,
		summaries,
		...(failure === undefined ? {} : { failure }),
	};
}
