/** The torrent tools on other projects' `.torrent` files, whole and broken: an answer or a code, never a crash. */
import { copyFile, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { run } from '../../src/cli/run.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { fakeIo } from '../cli/fake-io.js';
import { tempFolder } from '../helpers/temp-folder.js';
import { sha1 } from '../storage/sample-torrent.js';
import { rawValues } from '../tools/edit-fixture.js';
import { corpusFolder } from './corpus-folder.js';

const folder = corpusFolder();
const corpusTest = folder === undefined ? test.skip : test;

async function toolOn(dir: string, ...argv: string[]) {
	const io = fakeIo(dir);
	const code = await run(argv, {}, io);
	return { code, out: io.out(), err: io.err() };
}

for (const form of ['--json', '--classic', '--headless'])
	corpusTest(
		`show ${form} answers for every file, with no character that steers a terminal`,
		async (t) => {
			const dir = path.join(folder ?? '', 'torrents');
			const names = (await readdir(dir)).filter((name) => name.endsWith('.torrent'));
			t.true(names.length > 50);
			const { code, err, out } = await toolOn(dir, 'show', form, '--', ...names);
			t.is(code, 1);
			t.notRegex(out + err, /Unexpected failure/);
			t.notRegex(out + err, /[^\n\P{Cc}]|[\u202a-\u202e\u2066-\u2069]/u);
			if (form !== '--json') return;
			const objects = out
				.trimEnd()
				.split('\n')
				.map((line) => JSON.parse(line) as Record<string, unknown>);
			t.is(objects.length, names.length);
			for (const { code: reason, infohash, type } of objects)
				if (type === 'error') t.regex(String(reason), /^(METAINFO|TOOLS)_/);
				else t.regex(String(infohash), /^[0-9a-f]{40}$/);
		},
	);

corpusTest(
	'an edit keeps the raw info of every file that can be read, and the others as they are',
	async (t) => {
		const source = path.join(folder ?? '', 'torrents');
		const dir = await tempFolder(t);
		const names = (await readdir(source)).filter((name) => name.endsWith('.torrent'));
		for (const name of names) await copyFile(path.join(source, name), path.join(dir, name));
		const argv = ['reannounce', '--json', 'http://new.example/', '--', ...names];
		const { out } = await toolOn(dir, ...argv);
		let edited = 0;
		for (const line of out.trimEnd().split('\n')) {
			const { path: name, type } = JSON.parse(line) as { path: string; type: string };
			const [before, after] = await Promise.all([
				readFile(path.join(source, name)),
				readFile(path.join(dir, name)),
			]);
			if (type === 'error') {
				t.deepEqual(after, before, name);
				continue;
			}
			edited++;
			t.deepEqual(rawValues(after).get('info'), rawValues(trimmed(before)).get('info'), name);
			if (rawValues(after).has('info') && type === 'edited' && !isV2Only(after))
				t.deepEqual(parseMetainfo(after, sha1).tiers, [['http://new.example/']], name);
		}
		t.true(edited > 50);
	},
);

function trimmed(bytes: Buffer): Uint8Array {
	const text = bytes.toString('latin1').replace(/[\t\n\r ]+$/, '');
	return Buffer.from(text, 'latin1');
}

function isV2Only(bytes: Uint8Array): boolean {
	return !Buffer.from(rawValues(bytes).get('info') ?? []).includes('6:pieces');
}
