/** One line for each case when it is over, and the sum at the end. */

/** What a finished case came to. */
export interface CaseResult {
	readonly name: string;
	readonly seconds: number;
	/** Undefined when it passed. */
	readonly failure?: string | undefined;
}

export class Scoreboard {
	#passed = 0;
	#failed = 0;
	#skipped = 0;

	get hasFailures(): boolean {
		return this.#failed > 0;
	}

	/** @param logs - called for a failure only */
	record({ name, seconds, failure }: CaseResult, logs: () => string): void {
		if (failure === undefined) {
			this.#passed++;
			console.log(`ok   ${name} ${seconds.toFixed(1)} s`);
			return;
		}
		this.#failed++;
		console.log(`FAIL ${name} ${seconds.toFixed(1)} s: ${failure}`);
		console.log(logs().replace(/^/gm, '     | '));
	}

	skip(name: string, reason: string): void {
		this.#skipped++;
		console.log(`skip ${name}: ${reason}`);
	}

	/** The last line of the suite. */
	summary(): string {
		const skipped = this.#skipped === 0 ? '' : `, ${this.#skipped} skipped`;
		return `${this.#passed} passed, ${this.#failed} failed${skipped}`;
	}
}
