/** What a bench is: cases, in each of which contenders take turns over several rounds. */

/** Sizes: `smoke` only proves that a bench still works, `default` takes minutes, `full` as long as it needs. */
export type BenchSize = 'smoke' | 'default' | 'full';

/** One thing that is measured, in every round, of every contender of a case. */
export interface FigureKind {
	/** Key in `Figures` and in the result file, such as `speed`. */
	readonly name: string;
	/** For people, such as `speed` or `leecher CPU`. */
	readonly title: string;
	/** Such as `MB/s`, `s`, `MB`, `%`. MB are 1,000,000 bytes. */
	readonly unit: string;
	readonly better: 'higher' | 'lower' | 'neither';
	/** The first figure of a case is charted; others when this is true. */
	readonly isCharted?: boolean;
}

/** What one run measured, by figure name. A figure that this contender has not is left out. */
export type Figures = Readonly<Record<string, number>>;

/** Something that must be installed before a contender can run. */
export interface Peer {
	readonly name: string;
	/** Why it cannot be used, for people, or undefined when it can; may install it (webtorrent). */
	missing(): Promise<string | undefined>;
	/** As it tells itself; asked only when it is there. */
	version(): Promise<string>;
	/** True when nobody can expect it: missing is then no failure even where peers are required. */
	readonly isOptional?: boolean;
}

/** One run of one contender. */
export interface Round {
	/** 0 is the warm-up, which is not counted. */
	readonly number: number;
	/** Fresh and empty; removed afterwards. */
	readonly folder: string;
	/** Aborted when the bench is to end; processes of `MeasuredProcess` are ended anyway. */
	readonly signal: AbortSignal;
}

export interface Contender {
	/** Unique in its case, such as `btmany <- libtorrent`. */
	readonly name: string;
	/** All that must be installed; empty for btmany alone. */
	readonly peers: readonly Peer[];
	/** How it was set up, for the result file: `{ encryption: 'off', cache: '64 MiB' }`. */
	readonly settings?: Readonly<Record<string, string | number | boolean>>;
	/**
	 * Runs once, from start of the processes to their end, and checks that what they did is right.
	 * @throws when it is not right; the contender then leaves the case and the bench fails
	 */
	run(round: Round): Promise<Figures>;
}

/** A ratio `of / over`, computed from the runs of the same round. */
export interface RatioPlan {
	readonly figure: string;
	/** Names of contenders. */
	readonly of: string;
	readonly over: string;
	/** Shown beside the measured median; never decides the exit code. */
	readonly target?: Target;
}

/** A figure of one contender that is to be reached. */
export interface TargetPlan {
	readonly figure: string;
	readonly contender: string;
	readonly target: Target;
}

/** Of the median. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** How much of what a case measures. */
export interface Growth {
	readonly size: number;
	/** What is counted: `torrents`. The same for all cases of a curve. */
	readonly per: string;
}

/** Contenders that do the same work. */
export interface BenchCase {
	/** Short, for `npm run bench -- BENCH/CASE`: `one-file`. */
	readonly name: string;
	/** One line: `One file of 2 GiB, pieces of 1 MiB`. */
	readonly title: string;
	readonly figures: readonly FigureKind[];
	readonly contenders: readonly Contender[];
	readonly ratios?: readonly RatioPlan[];
	readonly targets?: readonly TargetPlan[];
	/** Counted rounds when the command line says nothing; with a reason in `title` or `method` when below 5. */
	readonly rounds?: number;
	/** Rounds before those counted; 1 when left out. */
	readonly warmUps?: number;
	/** What holds for all contenders, for the result file. */
	readonly settings?: Readonly<Record<string, string | number | boolean>>;
	/** Its place in a growth curve: cases that have one are charted together, figures against sizes. */
	readonly growth?: Growth;
	/** Bytes that payloads and one run need together, to choose between memory and disk; 64 MiB when left out. */
	readonly roomBytes?: number;
	/** Once before the first round: makes payloads in `folder`, which is removed after the case. */
	prepare?(folder: string, signal: AbortSignal): Promise<void>;
	/** Once after the last round, also after a failure. */
	cleanUp?(): Promise<void>;
}

export interface Bench {
	/** Argument of `npm run bench -- NAME` and name of the result files. */
	readonly name: string;
	/** One line for `--help` and the chart. */
	readonly title: string;
	/** Sentences that say what is measured from where to where; they go into the result file. */
	readonly method: readonly string[];
	/** Decides sizes; does no work yet. */
	cases(size: BenchSize): readonly BenchCase[];
}
