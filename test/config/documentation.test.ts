import { readFile } from 'node:fs/promises';
import test from 'ava';
import { configurationPage } from '../../scripts/docs-tables.js';

test('docs/configuration.md says what the table of options says', async (t) => {
	const page = await readFile(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
	t.is(page, configurationPage(), 'run scripts/docs-tables.js of the compiled tree');
});
