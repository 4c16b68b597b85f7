import test from 'ava';
import { AppError } from '../../src/primitives/app-error.js';
import { toStorageError } from '../../src/storage/storage-error.js';
import { problemOf } from '../../src/torrent/problem.js';

test('a full disk resumes by itself and is not a matter of force', (t) => {
	const cause = Object.assign(new Error('no space'), { code: 'ENOSPC' });
	const problem = problemOf(toStorageError(cause, 'write', '/d/file'));
	t.like(problem, { code: 'STORAGE_DISK_FULL', resumesByItself: true, canForce: false });
	t.regex(problem.message, /\/d\/file.*disk is full/);
});

for (const [code, resumesByItself, canForce] of [
	['STORAGE_DENIED', true, false],
	['STORAGE_MISSING', true, false],
	['STORAGE_IO', true, false],
	['TORRENT_PATH_TAKEN', true, false],
	['STORAGE_FILE_LONGER', false, true],
	['STORAGE_FILE_FOREIGN', false, true],
	['STORAGE_CHANGED', false, true],
	['STORAGE_OUTSIDE_ROOT', false, false],
] as const) {
	test(`${code} ${resumesByItself ? 'resumes by itself' : 'waits for the user'}${canForce ? ' and may be forced' : ''}`, (t) => {
		t.deepEqual(problemOf(new AppError(code, 'why')), {
			code,
			message: 'why',
			resumesByItself,
			canForce,
		});
	});
}

test('an error without a code still has one, and its words', (t) => {
	t.like(problemOf(new TypeError('x is not a function')), {
		code: 'TORRENT_FAILED',
		message: 'x is not a function',
		resumesByItself: false,
	});
	t.is(problemOf('text').code, 'TORRENT_FAILED');
});
