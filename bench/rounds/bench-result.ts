/** What a bench found: the content of `bench/results/NAME.json`. */
import type { MachineFacts } from '../machine/machine-facts.js';
import type { BenchSize, FigureKind, Figures, Growth, Target } from './bench-plan.js';
import type { Summary } from './statistics.js';

export interface ContenderResult {
	readonly name: string;
	readonly settings: Readonly<Record<string, string | number | boolean>>;
	/** Each counted round; undefined (null in the file) where it did not run. */
	readonly rounds: readonly (Figures | undefined)[];
	readonly summaries: Readonly<Record<string, Summary>>;
	/** Why it left the case. */
	readonly failure?: string;
}

export interface RatioResult {
	readonly figure: string;
	readonly of: string;
	readonly over: string;
	readonly summary: Summary;
	readonly target?: Target;
	/** Whether the median reaches the target. */
	readonly isReached?: boolean;
}

export interface TargetResult {
	readonly figure: string;
	readonly contender: string;
	readonly median: number;
	readonly target: Target;
	readonly isReached: boolean;
}

export interface Skip {
	readonly contender: string;
	readonly reason: string;
	/** False where peers are required and this one has no excuse. */
	readonly isAllowed: boolean;
}

export interface CaseResult {
	readonly name: string;
	readonly title: string;
	readonly settings: Readonly<Record<string, string | number | boolean>>;
	readonly folderKind: string;
	readonly warmUps: number;
	readonly growth?: Growth;
	readonly figures: readonly FigureKind[];
	readonly contenders: readonly ContenderResult[];
	readonly ratios: readonly RatioResult[];
	readonly targets: readonly TargetResult[];
	readonly skipped: readonly Skip[];
}

export interface BenchResult {
	readonly bench: string;
	readonly title: string;
	readonly method: readonly string[];
	readonly size: BenchSize;
	/** ISO 8601, when it was started. */
	readonly startedAt: string;
	readonly tookSeconds: number;
	readonly machine: MachineFacts;
	/** By peer name. */
	readonly versions: Readonly<Record<string, string>>;
	readonly cases: readonly CaseResult[];
}
