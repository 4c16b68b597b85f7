/** Keeps V8 from optimising the HTTP client's parser for a handful of answers. */
import v8 from 'node:v8';

/** In bytes of code that ran, as V8 counts; later versions have this by default, 11 a seventh of it. */
const TIERING_BUDGET = 13_000_000;

/**
 * The parser is WebAssembly, and one function of it has thousands of states. The first answer of a
 * tracker makes V8 11 (Node 20) optimise it: a tenth of a second of CPU, just when the first blocks
 * come. Call before the first request. It counts for the whole process, so it is for programs, and
 * not for the library.
 */
export function spareHttpParser(): void {
	// Only where the flag is known: V8 complains to the terminal about others.
	if (!process.versions.v8.startsWith('11.')) return;
	v8.setFlagsFromString(`--wasm-tiering-budget=${TIERING_BUDGET}`);
}
