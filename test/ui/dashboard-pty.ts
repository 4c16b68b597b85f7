/** Starts the fake dashboard in a pseudo-terminal; both pseudo-terminal test files use it. */
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { Pty } from '../helpers/pty.js';
import { tempFolder } from '../helpers/temp-folder.js';

const PROGRAM = fileURLToPath(new URL('fake-dashboard.js', import.meta.url));

export async function startDashboard(
	t: ExecutionContext,
	env: Readonly<Record<string, string>> = {},
	size: { columns: number; rows: number } = { columns: 80, rows: 24 },
): Promise<Pty> {
	const pidFile = path.join(await tempFolder(t), 'pid');
	const pty = new Pty({
		...size,
		command: [process.execPath, PROGRAM],
		// Programs draw nothing for continuous integration, unless they mean to.
		env: { CI: '1', TZ: 'UTC', FAKE_PID_FILE: pidFile, ...env },
		pidFile,
	});
	t.teardown(() => pty.close());
	return pty;
}

/** The normal screen, the cursor, wrapping and plain pastes are back. */
export function assertRestored(t: ExecutionContext, pty: Pty): void {
	t.is(pty.terminal.buffer.active.type, 'normal');
	t.true(pty.output.lastIndexOf('\u001b[?25h') > pty.output.lastIndexOf('\u001b[?25l'));
	t.false(pty.terminal.modes.bracketedPasteMode);
	t.true(pty.terminal.modes.wraparoundMode);
}
