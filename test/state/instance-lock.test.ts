import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	utimesSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { acquireInstanceLock } from '../../src/state/instance-lock.js';
import { currentOwner, encodeOwner, parseOwner } from '../../src/state/lock-owner.js';
import { StateError } from '../../src/state/state-error.js';

function tempFolder(t: ExecutionContext): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'btmany-lock-'));
	t.teardown(() => rmSync(folder, { recursive: true, force: true }));
	return folder;
}

async function refused(t: ExecutionContext, folder: string): Promise<string> {
	const error = await t.throwsAsync(acquireInstanceLock(folder), { instanceOf: StateError });
	t.is(error.code, 'STATE_LOCKED');
	return error.message;
}

test('the second instance is refused with the number of the first, until that one ends', async (t) => {
	const folder = path.join(tempFolder(t), 'made', 'anew');
	const first = await acquireInstanceLock(folder);
	t.regex(await refused(t, folder), new RegExp(`Process ${process.pid} `));
	await first.release();
	await first.release();
	t.deepEqual(readdirSync(folder), []);
	await (await acquireInstanceLock(folder)).release();
});

test('of many that start at once exactly one gets the folder', async (t) => {
	const folder = tempFolder(t);
	for (const isStale of [false, true]) {
		if (isStale)
			writeFileSync(
				path.join(folder, 'lock'),
				encodeOwner({ ...currentOwner(), startTime: 'x:1' }),
			);
		const results = await Promise.allSettled(
			Array.from({ length: 10 }, () => acquireInstanceLock(folder)),
		);
		const winners = results.filter((result) => result.status === 'fulfilled');
		t.is(winners.length, 1);
		await winners[0]!.value.release();
		t.deepEqual(readdirSync(folder), []);
	}
});

test('a live process that is not ours keeps its lock', async (t) => {
	const folder = tempFolder(t);
	const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
	t.teardown(() => child.kill());
	await once(child, 'spawn');
	const owner = { ...currentOwner(), pid: child.pid!, startTime: undefined };
	writeFileSync(path.join(folder, 'lock'), encodeOwner(owner));
	t.regex(await refused(t, folder), new RegExp(`Process ${child.pid} `));
	const exited = once(child, 'exit');
	child.kill('SIGKILL');
	await exited;
	await (await acquireInstanceLock(folder)).release();
});

test('a lock whose process number was given to another process is taken over', async (t) => {
	const folder = tempFolder(t);
	const owner = currentOwner();
	if (owner.startTime === undefined) {
		t.log('Not tried: this system does not tell start times');
		t.pass();
		return;
	}
	writeFileSync(
		path.join(folder, 'lock'),
		encodeOwner({ ...owner, startTime: `${owner.startTime}9` }),
	);
	const lock = await acquireInstanceLock(folder);
	t.is(parseOwner(readFileSync(lock.path, 'utf8'))!.startTime, owner.startTime);
	await lock.release();
});

test('a damaged lock is taken over', async (t) => {
	const folder = tempFolder(t);
	for (const text of ['', '{', 'null', '{"pid":-1,"hostname":"x","id":"y"}']) {
		writeFileSync(path.join(folder, 'lock'), text);
		await (await acquireInstanceLock(folder)).release();
		t.false(existsSync(path.join(folder, 'lock')));
	}
});

test('a lock of another machine holds while it is renewed and falls when it is not', async (t) => {
	const folder = tempFolder(t);
	const lockPath = path.join(folder, 'lock');
	writeFileSync(lockPath, encodeOwner({ ...currentOwner(), pid: 4242, hostname: 'elsewhere' }));
	t.regex(await refused(t, folder), /Process 4242 on elsewhere/);
	const long = Date.now() / 1000 - 3600;
	utimesSync(lockPath, long, long);
	await (await acquireInstanceLock(folder)).release();
});

test('the mark of a takeover that crashed does not lock for ever', async (t) => {
	const folder = tempFolder(t);
	writeFileSync(path.join(folder, 'lock'), '');
	const mark = path.join(folder, 'lock.takeover');
	writeFileSync(mark, '');
	await refused(t, folder);
	const long = Date.now() / 1000 - 60;
	utimesSync(mark, long, long);
	await (await acquireInstanceLock(folder)).release();
});
