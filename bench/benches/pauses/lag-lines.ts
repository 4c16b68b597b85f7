/** What the program itself tells of its event loop, and which of these lines are of a load. */
import type { Figures } from '../../rounds/bench-plan.js';

/** A `stats` line looks back over 10 seconds: one told this long after a start is of the load alone. */
const WINDOW_MS = 10_000;

interface LagLine {
	/** Of `performance.now()`, when the line came. */
	readonly atMs: number;
	readonly p50: number;
	readonly p99: number;
	readonly max: number;
}

export class LagLines {
	readonly #lines: LagLine[] = [];

	/** Takes any line of `--json`, as an object. */
	take(event: Readonly<Record<string, unknown>>, atMs: number): void {
		if (event['type'] !== 'stats') return;
		this.#lines.push({
			atMs,
			p50: Number(event['eventLoopLagP50Ms']),
			p99: Number(event['eventLoopLagP99Ms']),
			max: Number(event['eventLoopLagMaxMs']),
		});
	}

	get count(): number {
		return this.#lines.length;
	}

	/**
	 * The worst window that lies whole in a load; when the load was shorter than one, the window
	 * in which it ended.
	 */
	worst(fromMs: number, toMs: number): Figures {
		const whole = this.#lines.filter(({ atMs }) => atMs >= fromMs + WINDOW_MS && atMs <= toMs);
		const after = this.#lines.find(({ atMs }) => atMs >= toMs);
		const [first, ...others] = whole.length > 0 ? whole : after === undefined ? [] : [after];
		if (first === undefined) throw new Error('The program told nothing of its event loop');
		const { p50, p99, max } = others.reduce((a, b) => (b.p99 > a.p99 ? b : a), first);
		return { p50, p99, max, windows: whole.length };
	}
}
