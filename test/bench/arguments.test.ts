import test from 'ava';
import { BenchUsageError, parseArguments } from '../../bench/arguments.js';
import { benches as realBenches } from '../../bench/bench-table.js';
import type { Bench } from '../../bench/rounds/bench-plan.js';

const SIZES = ['smoke', 'default', 'full'] as const;

function bench(name: string, caseNames: readonly string[]): Bench {
	return {
		name,
		title: name,
		method: [],
		cases: () => caseNames.map((one) => ({ name: one, title: one, figures: [], contenders: [] })),
	};
}

const benches = [bench('download', ['one-file', 'many-files']), bench('seed', ['one'])];

test('without names all benches run, in their default size', (t) => {
	t.like(parseArguments([], benches), {
		type: 'run',
		size: 'default',
		rounds: undefined,
		requests: benches.map((one) => ({ bench: one, caseName: undefined })),
	});
});

test('names, cases, size and rounds are taken together', (t) => {
	const args = ['seed', 'download/many-files', '--full', '--rounds', '9', '--out', 'kept'];
	t.like(parseArguments(args, benches), {
		size: 'full',
		rounds: 9,
		outFolder: 'kept',
		requests: [
			{ bench: benches[1], caseName: undefined },
			{ bench: benches[0], caseName: 'many-files' },
		],
	});
	t.like(parseArguments(['--smoke'], benches), { size: 'smoke' });
});

test('help and list need nothing else', (t) => {
	t.deepEqual(parseArguments(['-h'], benches), { type: 'help' });
	t.deepEqual(parseArguments(['--list', 'nothing'], benches), { type: 'list' });
});

const refused = test.macro<[readonly string[], string]>({
	exec(t, args, message) {
		t.throws(() => parseArguments(args, benches), { instanceOf: BenchUsageError, message });
	},
	title: (_, args) => `"${args.join(' ')}" is refused with a reason`,
});

test(refused, ['upload'], 'There is no bench upload; there are download, seed');
test(refused, ['seed/two'], 'seed has no case two; it has one');
test(refused, ['--rounds', '0'], '--rounds takes a whole number from 1 to 100, not 0');
test(refused, ['--rounds', 'x'], '--rounds takes a whole number from 1 to 100, not x');
test(refused, ['--full', '--smoke'], '--full and --smoke exclude each other');

test('an unknown option is refused', (t) => {
	t.throws(() => parseArguments(['--fast'], benches), { instanceOf: BenchUsageError });
});

test('every bench has a name of its own, and its cases, contenders and figures too, in every size', (t) => {
	t.true(isUnique(realBenches.map(({ name }) => name)));
	for (const size of SIZES) {
		for (const real of realBenches) {
			const { name } = real;
			const all = real.cases(size);
			t.true(all.length > 0, name);
			t.true(isUnique(all.map((benchCase) => benchCase.name)), name);
			for (const { contenders, figures } of all) {
				t.true(isUnique(contenders.map((one) => one.name)), name);
				t.true(isUnique(figures.map((one) => one.name)), name);
			}
		}
	}
});

test('ratios and targets name contenders and figures that the case has', (t) => {
	for (const size of SIZES) {
		for (const real of realBenches) {
			const { name } = real;
			for (const benchCase of real.cases(size)) {
				const contenders = new Set(benchCase.contenders.map((contender) => contender.name));
				const figures = new Set(benchCase.figures.map((figure) => figure.name));
				for (const { figure, of, over } of benchCase.ratios ?? []) {
					t.true(
						figures.has(figure) && contenders.has(of) && contenders.has(over),
						`${name}: ${of}`,
					);
				}
				for (const { figure, contender } of benchCase.targets ?? []) {
					t.true(figures.has(figure) && contenders.has(contender), `${name}: ${contender}`);
				}
			}
		}
	}
});

function isUnique(names: readonly string[]): boolean {
	return new Set(names).size === names.length;
}
