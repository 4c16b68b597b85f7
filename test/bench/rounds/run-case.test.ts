import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import test from 'ava';
import type { BenchCase, Contender, Figures, Peer } from '../../../bench/rounds/bench-plan.js';
import { type CaseOptions, runCase } from '../../../bench/rounds/run-case.js';

const QUIET: CaseOptions = {
	rounds: 3,
	warmUps: 1,
	requiresPeers: false,
	signal: new AbortController().signal,
	say: () => undefined,
	noteVersion: () => undefined,
};

function contender(name: string, run: Contender['run'], peers: readonly Peer[] = []): Contender {
	return { name, peers, run };
}

function notRun(name: string, peer: Peer): Contender {
	return contender(name, () => Promise.reject(new Error('it must not run')), [peer]);
}

function caseOf(contenders: readonly Contender[], more: Partial<BenchCase> = {}): BenchCase {
	return {
		name: 'case',
		title: 'A case',
		figures: [{ name: 'speed', title: 'speed', unit: 'MB/s', better: 'higher' }],
		contenders,
		...more,
	};
}

function missingPeer(isOptional: boolean): Peer {
	return {
		name: 'nobody',
		isOptional,
		missing: () => Promise.resolve('it is not installed'),
		version: () => Promise.resolve('none'),
	};
}

test('contenders take turns, and the warm-up is not counted', async (t) => {
	const turns: string[] = [];
	const note = (name: string, speed: number) =>
		contender(name, ({ number }): Promise<Figures> => {
			turns.push(`${name}${number}`);
			return Promise.resolve({ speed: speed * (number + 1) });
		});
	const result = await runCase(
		caseOf([note('a', 10), note('b', 5)], {
			ratios: [{ figure: 'speed', of: 'a', over: 'b', target: { atLeast: 2.5 } }],
			targets: [{ figure: 'speed', contender: 'b', target: { atMost: 15 } }],
		}),
		QUIET,
	);
	t.deepEqual(turns, ['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
	t.deepEqual(result.contenders[0]?.rounds, [{ speed: 20 }, { speed: 30 }, { speed: 40 }]);
	t.deepEqual(result.contenders[0]?.summaries['speed'], { median: 30, min: 20, max: 40, count: 3 });
	t.is(result.ratios[0]?.summary.median, 2);
	t.false(result.ratios[0]?.isReached);
	t.true(result.targets[0]?.isReached);
});

test('each run has an empty folder, and nothing is left when the case is over', async (t) => {
	const folders = new Set<string>();
	const result = await runCase(
		caseOf([
			contender('a', ({ folder }) => {
				folders.add(folder);
				t.deepEqual(readdirSync(folder), []);
				writeFileSync(path.join(folder, 'left-behind'), 'x');
				return Promise.resolve({ speed: 1 });
			}),
		]),
		QUIET,
	);
	t.is(result.contenders[0]?.rounds.length, 3);
	for (const folder of folders) t.false(existsSync(path.dirname(folder)));
});

test('a contender that fails is named with its reason and leaves the case; the others go on', async (t) => {
	let runs = 0;
	const result = await runCase(
		caseOf([
			contender('bad', () => {
				runs++;
				return Promise.reject(new Error('a file is wrong'));
			}),
			contender('good', () => Promise.resolve({ speed: 1 })),
		]),
		QUIET,
	);
	t.is(runs, 1);
	t.is(result.contenders[0]?.failure, 'a file is wrong');
	t.deepEqual(result.contenders[0]?.summaries, {});
	t.is(result.contenders[1]?.summaries['speed']?.count, 3);
});

test('a contender whose peer is missing is skipped by name, and that is allowed unless peers are required', async (t) => {
	const contenders = [notRun('a', missingPeer(false)), notRun('b', missingPeer(true))];
	const relaxed = await runCase(caseOf(contenders), QUIET);
	t.deepEqual(relaxed.contenders, []);
	t.deepEqual(relaxed.skipped, [
		{ contender: 'a', reason: 'nobody: it is not installed', isAllowed: true },
		{ contender: 'b', reason: 'nobody: it is not installed', isAllowed: true },
	]);
	const strict = await runCase(caseOf(contenders), { ...QUIET, requiresPeers: true });
	t.deepEqual(
		strict.skipped.map(({ isAllowed }) => isAllowed),
		[false, true],
	);
});

test('an aborted bench ends after the run at hand and removes its folder', async (t) => {
	const controller = new AbortController();
	let seen = '';
	const benchCase = caseOf([
		contender('a', ({ folder }) => {
			seen = folder;
			controller.abort(new Error('interrupted'));
			return Promise.resolve({ speed: 1 });
		}),
	]);
	await t.throwsAsync(runCase(benchCase, { ...QUIET, signal: controller.signal }), {
		message: 'interrupted',
	});
	t.false(existsSync(path.dirname(seen)));
});
