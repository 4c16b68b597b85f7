/** Frames reach a terminal that takes its time whole and in order, and never hold up the program. */
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, constants, createWriteStream, openSync } from 'node:fs';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import test, { type ExecutionContext } from 'ava';
import { openTerminalOutput } from '../../src/ui/terminal-output.js';
import { tempFolder } from '../helpers/temp-folder.js';

/** More than a pipe or a terminal takes at once. */
const FRAME_BYTES = 300_000;

/** A named pipe in place of the terminal: it takes some 64 KiB and then nothing until it is read. */
async function slowTerminal(t: ExecutionContext) {
	const pipe = path.join(await tempFolder(t), 'pipe');
	execFileSync('mkfifo', [pipe]);
	// Keeps the pipe open before anybody reads; opening the writing end would wait otherwise.
	const reader = openSync(pipe, constants.O_RDONLY | constants.O_NONBLOCK);
	const writer = openSync(pipe, constants.O_WRONLY);
	const stream = createWriteStream(pipe, { fd: writer });
	let gone = 0;
	const output = openTerminalOutput(stream, () => {
		gone += 1;
	});
	const write = (bytes: Uint8Array): Promise<void> =>
		new Promise((resolve) => {
			output.sink(bytes, resolve);
		});
	const hangUp = (): void => closeSync(reader);
	const close = (): void => {
		output.close();
		stream.destroy();
	};
	return { pipe, write, hangUp, close, gone: () => gone };
}

const pipeTest = process.platform === 'linux' ? test : test.skip;

pipeTest('what the terminal takes at once is written before the call returns', async (t) => {
	const { write, hangUp, close } = await slowTerminal(t);
	const first = write(Buffer.from('a frame'));
	let isDone = false;
	void first.then(() => {
		isDone = true;
	});
	await Promise.resolve();
	t.true(isDone);
	hangUp();
	close();
});

pipeTest(
	'a frame the terminal takes in parts arrives whole, and the program goes on meanwhile',
	async (t) => {
		const { pipe, write, hangUp, close, gone } = await slowTerminal(t);
		const frame = randomBytes(FRAME_BYTES);
		let isDone = false;
		const written = write(frame).then(() => {
			isDone = true;
		});
		await new Promise((resolve) => {
			setImmediate(resolve);
		});
		t.false(isDone);
		const terminal = spawn('cat', [pipe], { stdio: ['ignore', 'pipe', 'inherit'] });
		const received = buffer(terminal.stdout);
		await written;
		hangUp();
		close();
		t.true((await received).equals(frame));
		t.is(gone(), 0);
	},
);

pipeTest(
	'a terminal that is gone is told once for each frame, and the frame counts as written',
	async (t) => {
		const { write, hangUp, close, gone } = await slowTerminal(t);
		hangUp();
		await write(randomBytes(FRAME_BYTES));
		t.is(gone(), 1);
		close();
	},
);
