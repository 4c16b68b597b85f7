/** The version of this package. */
import { readFile } from 'node:fs/promises';

/** From package.json, two levels above the compiled program's `src`. */
export async function programVersion(): Promise<string> {
	const text = await readFile(new URL('../../../package.json', import.meta.url), 'utf8');
	const manifest: unknown = JSON.parse(text);
	if (typeof manifest !== 'object' || manifest === null || !('version' in manifest)) return '?';
	return String(manifest.version);
}
