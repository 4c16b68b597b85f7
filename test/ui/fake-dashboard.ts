/**
 * A program for the pseudo-terminal tests: the real dashboard over a session without an engine.
 * The environment says what goes wrong after a while (FAKE_THROW, FAKE_REJECT, FAKE_DRAW_ERROR) and
 * how many more torrents there are (FAKE_MORE).
 */
process.env['NODE_ENV'] = 'production';

import { writeFileSync } from 'node:fs';
import { errorMessage } from '../../src/primitives/app-error.js';
import { FakeSession } from './fake-session.js';
import { HOSTILE_NAME, makeSnapshot, makeTorrent, makeTorrents } from './fixtures.js';

const { env } = process;
writeFileSync(env['FAKE_PID_FILE'] ?? '/dev/null', String(process.pid));
const { startUi } = await import('../../src/ui/start-ui.js');

const torrents = [
	...makeTorrents(),
	makeTorrent(20, { name: HOSTILE_NAME, state: 'paused' }),
	...Array.from({ length: Number(env['FAKE_MORE'] ?? 0) }, (_, index) => makeTorrent(21 + index)),
];
const session = new FakeSession(makeSnapshot(torrents));

let longestPauseMs = 0;
let beatAtMs = performance.now();
const beat = (): void => {
	longestPauseMs = Math.max(longestPauseMs, performance.now() - beatAtMs);
	beatAtMs = performance.now();
};
const heart = setInterval(beat, 20);

const FAILURE_MS = 300;
if (env['FAKE_THROW'] === '1')
	setTimeout(() => {
		throw new Error('thrown on purpose');
	}, FAILURE_MS);
if (env['FAKE_REJECT'] === '1')
	setTimeout(() => void Promise.reject(new Error('rejected on purpose')), FAILURE_MS);
if (env['FAKE_DRAW_ERROR'] === '1')
	setTimeout(
		() => session.publish([{ ...makeTorrent(0), totalBytes: 1n as unknown as number }]),
		FAILURE_MS,
	);

try {
	const { reason, exitCode } = await startUi({ session, title: 'btmany' });
	beat();
	process.stdout.write(`over: ${reason} ${exitCode}, paused ${Math.round(longestPauseMs)} ms\n`);
	process.exitCode = exitCode;
} catch (error) {
	process.stdout.write(`failed: ${errorMessage(error)}\n`);
	process.exitCode = 1;
} finally {
	clearInterval(heart);
}
