import test from 'ava';
import fc from 'fast-check';
import {
	OP_READ,
	OP_WRITE,
	putReadJob,
	putWriteJob,
	readReadJob,
	readWriteJob,
	WordReader,
	WordWriter,
} from '../../src/storage/job-words.js';

test('write jobs come out as they went in, whatever the slots, several in one batch', (t) => {
	const slots = fc.array(fc.integer({ min: -1, max: 60 }), { minLength: 1, maxLength: 50 });
	fc.assert(
		fc.property(fc.array(slots, { minLength: 1, maxLength: 5 }), fc.boolean(), (jobs, flag) => {
			const writer = new WordWriter();
			for (const [i, list] of jobs.entries())
				putWriteJob(writer, {
					jobId: i,
					key: 7,
					piece: i * 3,
					wantBlockHashes: flag,
					pieceHashes: new Uint8Array((i * 3 + 1) * 20).fill(i),
					slots: Int32Array.from(list),
				});
			const reader = new WordReader(writer.takeAll());
			for (const [i, list] of jobs.entries()) {
				t.is(reader.next(), OP_WRITE);
				const job = readWriteJob(reader);
				t.deepEqual([job.jobId, job.key, job.piece, job.wantBlockHashes], [i, 7, i * 3, flag]);
				t.deepEqual([...job.hash], Array<number>(20).fill(i));
				const back: number[] = [];
				for (let at = 0; at < job.runs.length; at += 2) {
					for (let n = 0; n < job.runs[at + 1]!; n++)
						back.push(job.runs[at] === -1 ? -1 : job.runs[at]! + n);
				}
				t.deepEqual(back, list);
			}
			t.true(reader.isAtEnd);
		}),
	);
});

test('a piece in adjacent slots is one run', (t) => {
	const writer = new WordWriter();
	const slots = Int32Array.from({ length: 64 }, (_, i) => 100 + i);
	putWriteJob(writer, {
		jobId: 1,
		key: 1,
		piece: 0,
		wantBlockHashes: false,
		pieceHashes: new Uint8Array(20),
		slots,
	});
	const reader = new WordReader(writer.takeAll());
	reader.next();
	t.deepEqual([...readWriteJob(reader).runs], [100, 64]);
});

test('read jobs name places beyond 4 GiB by piece, several in one batch', (t) => {
	const writer = new WordWriter();
	const pieceLengthBytes = 2 ** 20;
	const far = 5 * 2 ** 40 + 16_384;
	const ranges = [
		{ offsetBytes: far, lengthBytes: 32_768 },
		{ offsetBytes: 0, lengthBytes: 100 },
	];
	const job = { key: 7, lines: [3, 1], ranges, lengthBytes: 32_868, pieceLengthBytes };
	for (const jobId of [1, 2]) putReadJob(writer, { ...job, jobId });
	const reader = new WordReader(writer.takeAll());
	for (const jobId of [1, 2]) {
		t.is(reader.next(), OP_READ);
		const back = readReadJob(reader);
		t.deepEqual([back.jobId, back.key, [...back.lines]], [jobId, 7, [3, 1]]);
		t.deepEqual([...back.ranges], [Math.floor(far / pieceLengthBytes), 16_384, 32_768, 0, 0, 100]);
	}
	t.true(reader.isAtEnd);
});
