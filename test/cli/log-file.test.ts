import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { openLogFile } from '../../src/cli/log-file.js';
import { systemClock } from '../../src/primitives/clock.js';
import { tempFolder } from '../helpers/temp-folder.js';

test('entries up to the level are appended as clean lines with their fields', async (t) => {
	const file = path.join(await tempFolder(t), 'logs', 'btmany.log');
	const clock = { ...systemClock, wallMs: () => 0 };
	const log = openLogFile(file, 'warn', clock);
	log.logger({ level: 'info', area: 'watch', message: 'left out' });
	log.logger({
		level: 'warn',
		area: 'tracker',
		message: 'a\nb',
		fields: { tier: 2, host: 'h\u001b' },
	});
	log.logger({ level: 'error', area: 'storage', message: 'full' });
	log.close();
	log.logger({ level: 'error', area: 'storage', message: 'too late' });
	log.close();
	t.is(
		await readFile(file, 'utf8'),
		'1970-01-01T00:00:00Z warn tracker: a?b tier=2 host=h?\n1970-01-01T00:00:00Z error storage: full\n',
	);
});

test('an existing log is continued', async (t) => {
	const file = path.join(await tempFolder(t), 'btmany.log');
	await writeFile(file, 'old\n');
	const log = openLogFile(file, 'info', systemClock);
	log.logger({ level: 'info', area: 'a', message: 'new' });
	log.close();
	t.regex(await readFile(file, 'utf8'), /^old\n\S+ info a: new\n$/);
});
