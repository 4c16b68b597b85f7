import test from 'ava';
import fc from 'fast-check';
import { Bitfield } from '../../src/primitives/bitfield.js';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import {
	decodeResumeRecord,
	encodeResumeRecord,
	type ResumeRecord,
	STORED_PRIORITIES,
} from '../../src/state/resume-record.js';

const HASH = parseInfohash('0123456789abcdef0123456789abcdef01234567')!;

const amount = fc.nat(2 ** 40);
const records: fc.Arbitrary<ResumeRecord> = fc
	.record({
		bits: fc.array(fc.boolean(), { maxLength: 100 }),
		stamps: fc.array(
			fc.record({
				exists: fc.boolean(),
				sizeBytes: fc.nat(2 ** 48),
				mtimeMs: fc.double({ min: 0, max: 2 ** 45, noNaN: true }),
				device: fc.nat(),
			}),
			{ maxLength: 5 },
		),
		uploadedBytes: amount,
		downloadedBytes: amount,
		wastedBytes: amount,
		addedAtMs: amount,
		completedAtMs: fc.option(amount, { nil: undefined }),
		seedingMs: amount,
		filePriorities: fc.array(fc.constantFrom(...STORED_PRIORITIES), { maxLength: 5 }),
		isPaused: fc.boolean(),
		isSequential: fc.boolean(),
		isForced: fc.boolean(),
		savePath: fc.string({ unit: 'grapheme' }),
		queuePosition: fc.nat(),
		torrentPath: fc.string({ unit: 'grapheme' }),
	})
	.map(({ bits, ...rest }) => {
		const have = new Bitfield(bits.length);
		for (const [piece, isSet] of bits.entries()) if (isSet) have.set(piece);
		return { infohash: HASH, have, ...rest };
	});

/** A record as comparable data. */
function plain(record: ResumeRecord | undefined): unknown {
	if (record === undefined) return undefined;
	return { ...record, have: [...record.have.toBytes()], pieces: record.have.length };
}

test('every record reads back as it was written', (t) => {
	fc.assert(
		fc.property(records, (record) => {
			t.deepEqual(plain(decodeResumeRecord(encodeResumeRecord(record), HASH)), plain(record));
		}),
	);
});

test('any flipped bit makes the record unreadable', (t) => {
	fc.assert(
		fc.property(records, fc.nat(), (record, at) => {
			const bytes = encodeResumeRecord(record);
			const bit = at % (bytes.byteLength * 8);
			bytes[bit >> 3]! ^= 1 << (bit & 7);
			t.is(decodeResumeRecord(bytes, HASH), undefined);
		}),
		{ numRuns: 500 },
	);
});

test('any cut, any zeros at the end and anything appended makes the record unreadable', (t) => {
	fc.assert(
		fc.property(records, fc.nat(), (record, at) => {
			const bytes = encodeResumeRecord(record);
			const cut = at % bytes.byteLength;
			t.is(decodeResumeRecord(bytes.subarray(0, cut), HASH), undefined);
			t.is(decodeResumeRecord(bytes.slice().fill(0, cut), HASH), undefined);
			t.is(decodeResumeRecord(Buffer.concat([bytes, bytes.subarray(0, 1)]), HASH), undefined);
		}),
	);
});

test('arbitrary bytes are refused without an exception', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
			t.is(decodeResumeRecord(bytes, HASH), undefined);
		}),
	);
});

test('the record of another torrent or of a later version is refused', (t) => {
	const [record] = fc.sample(records, 1);
	const bytes = encodeResumeRecord(record!);
	const other = 'f'.repeat(40) as Infohash;
	t.is(decodeResumeRecord(bytes, other), undefined);
	const text = Buffer.from(bytes).toString('latin1');
	const future = Buffer.from(text.replace('btmany-resume 1', 'btmany-resume 2'), 'latin1');
	t.is(decodeResumeRecord(future, HASH), undefined);
});
