/** A million damaged copies of generated torrents, the same ones in every run. */
import { setImmediate } from 'node:timers/promises';
import test from 'ava';
import { scanBencode } from '../../src/bencode/scan.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { SAMPLE_TORRENTS, sha1 } from './sample-torrents.js';
import { flawAfterFlips } from './soundness.js';

// Most copies are refused with an error, and nobody reads their stacks.
Error.stackTraceLimit = 0;

const COPIES = 250_000;
/** The runner hears from a test at least this often. */
const COPIES_PER_TURN = 10_000;

/** A small generator of 32-bit numbers (xorshift): the same flips in every run. */
function numbers(seed: number): () => number {
	let state = seed;
	return () => {
		state ^= state << 13;
		state ^= state >>> 17;
		state ^= state << 5;
		return state >>> 0;
	};
}

const damages = test.macro(async (t, seed: number) => {
	const bytes = SAMPLE_TORRENTS.get('a small single file') ?? new Uint8Array();
	const info = scanBencode(bytes).topLevel.get('info') ?? { start: 0, end: 0 };
	const { infohash } = parseMetainfo(bytes, sha1);
	const next = numbers(seed);
	const flaws: string[] = [];
	for (let copy = 0; copy < COPIES && flaws.length === 0; copy++) {
		if (copy % COPIES_PER_TURN === 0) await setImmediate();
		const bits = new Set<number>();
		for (let count = 1 + (next() % 4); bits.size < count; )
			bits.add(next() % (bytes.byteLength * 8));
		const flaw = flawAfterFlips(bytes, [...bits], info, infohash);
		if (flaw !== undefined) flaws.push(`${flaw}: bits ${[...bits].join(', ')}`);
	}
	t.deepEqual(flaws, []);
});

for (const [index, seed] of [0x5eed, 0xbeef, 0xc0de, 0xf00d].entries())
	test.serial(
		`copies with one to four flipped bits are refused or have another infohash (quarter ${index + 1} of a million)`,
		damages,
		seed,
	);
