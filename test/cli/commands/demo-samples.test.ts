import { createHash } from 'node:crypto';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import {
	demoSamples,
	sampleBytes,
	samplePath,
	writeSample,
} from '../../../src/cli/commands/demo-samples.js';
import { haveSameBytes } from '../../../src/cli/commands/same-bytes.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { tempFolder } from '../../helpers/temp-folder.js';

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

test('each sample has the lengths and piece hashes its torrent says', async (t) => {
	const folder = await tempFolder(t);
	for (const [index, sample] of demoSamples(2).entries()) {
		const bytes = await writeSample(sample, folder, 'http://127.0.0.1:1/announce', index + 1);
		const metainfo = parseMetainfo(bytes, sha1);
		t.is(metainfo.totalBytes, sampleBytes(sample));
		const parts: Uint8Array[] = [];
		for (const file of sample.files) parts.push(await readFile(samplePath(folder, sample, file)));
		const payload = Buffer.concat(parts);
		t.is(payload.byteLength, metainfo.totalBytes);
		const hashes: Uint8Array[] = [];
		for (let at = 0; at < payload.byteLength; at += metainfo.pieceLengthBytes)
			hashes.push(sha1(payload.subarray(at, at + metainfo.pieceLengthBytes)));
		t.deepEqual(Uint8Array.from(Buffer.concat(hashes)), Uint8Array.from(metainfo.pieceHashes));
	}
	const [, odd] = demoSamples(2);
	t.is((await stat(path.join(folder, odd?.name ?? '', 'empty.txt'))).size, 0);
});

test('files are the same only when every byte is', async (t) => {
	const folder = path.join(await tempFolder(t), 'f');
	await mkdir(folder);
	const bytes = new Uint8Array(3 * 1024 * 1024 + 5);
	const write = async (name: string, content: Uint8Array): Promise<string> => {
		await writeFile(path.join(folder, name), content);
		return path.join(folder, name);
	};
	const a = await write('a', bytes);
	t.true(await haveSameBytes(a, await write('same', bytes)));
	t.false(await haveSameBytes(a, await write('short', bytes.subarray(1))));
	const other = bytes.slice();
	other[other.length - 1] = 1;
	t.false(await haveSameBytes(a, await write('other', other)));
	t.true(
		await haveSameBytes(await write('e1', new Uint8Array()), await write('e2', new Uint8Array())),
	);
});
