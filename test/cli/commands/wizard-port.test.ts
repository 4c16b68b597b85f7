/** The wizard's edge to the disk. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { DiskWizardPort } from '../../../src/cli/commands/wizard-port.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import { planTiers } from '../../../src/tools/announce-plan.js';
import { parseDocument } from '../../../src/tools/torrent-document.js';
import { readField } from '../../../src/tools/torrent-fields.js';
import type { MakeRequest } from '../../../src/ui/wizard/wizard-port.js';
import { tempFolder } from '../../helpers/temp-folder.js';
import { VirtualClock } from '../../helpers/virtual-clock.js';
import { sha1 } from '../../storage/sample-torrent.js';

async function openPort(t: ExecutionContext): Promise<{ port: DiskWizardPort; folder: string }> {
	const folder = await tempFolder(t);
	const port = new DiskWizardPort({
		startFolder: folder,
		homeDir: folder,
		profileFolder: path.join(folder, 'profiles'),
		createdBy: 'test',
		clock: new VirtualClock(),
		isBackground: false,
	});
	t.teardown(() => port.close());
	return { port, folder };
}

function request(inputPath: string, changes: Partial<MakeRequest> = {}): MakeRequest {
	return {
		inputPath,
		outputFolder: '',
		isForced: false,
		trackers: planTiers('http://a.example/a', []),
		pieceLengthBytes: undefined,
		isPrivate: true,
		source: 'label',
		comment: '',
		webSeeds: [],
		httpSeeds: [],
		...changes,
	};
}

const NEVER = new AbortController().signal;

test('a folder shows folders first, and its files with their sizes', async (t) => {
	const { folder, port } = await openPort(t);
	await mkdir(path.join(folder, 'z'));
	await writeFile(path.join(folder, 'a'), '12345');
	const { entries, parent } = await port.listFolder(undefined);
	t.is(parent, path.dirname(folder));
	t.deepEqual(
		entries.map(({ name, isFolder, sizeBytes }) => [name, isFolder, sizeBytes]),
		[
			['z', true, undefined],
			['a', false, 5],
		],
	);
	await t.throwsAsync(port.listFolder(path.join(folder, 'gone')), { message: /No such folder/ });
});

test('one per entry leaves out hidden entries, torrents, and what has a torrent', async (t) => {
	const { folder, port } = await openPort(t);
	for (const name of ['b', 'a', '.hidden', 'done', 'done.torrent', 'empty'])
		await writeFile(path.join(folder, name), name === 'empty' ? '' : '12345');
	const items = await port.measure([folder], true, NEVER);
	t.deepEqual(
		items.map(({ name, totalBytes, problem }) => [name, totalBytes, problem !== undefined]),
		[
			['a', 5, false],
			['b', 5, false],
			['empty', 0, true],
		],
	);
	const [whole] = await port.measure([folder], false, NEVER);
	t.is(whole?.fileCount, 6);
});

test('what is asked for is what the torrent says, and an existing one is kept', async (t) => {
	const { folder, port } = await openPort(t);
	const inputPath = path.join(folder, 'data');
	await writeFile(inputPath, '12345');
	await mkdir(path.join(folder, 'out'));
	const made = await port.make(request(inputPath, { outputFolder: '~/out' }), () => {}, NEVER);
	t.is(made.torrentPath, path.join(folder, 'out', 'data.torrent'));
	const metainfo = parseMetainfo(await readFile(made.torrentPath), sha1);
	t.is(made.infohash, String(metainfo.infohash));
	t.true(metainfo.isPrivate);
	t.deepEqual(metainfo.tiers, [['http://a.example/a']]);
	await t.throwsAsync(
		port.make(request(inputPath, { outputFolder: 'out' }), () => {}, NEVER),
		{
			code: 'TOOLS_OUTPUT_EXISTS',
			message: /is there already; choose "replace it"/,
		},
	);
	await port.make(request(inputPath, { outputFolder: 'out', isForced: true }), () => {}, NEVER);
});

test('stopping leaves nothing behind', async (t) => {
	const { folder, port } = await openPort(t);
	const inputPath = path.join(folder, 'data');
	await writeFile(inputPath, new Uint8Array(20_000_000));
	const aborting = new AbortController();
	const making = port.make(request(inputPath), () => aborting.abort(), aborting.signal);
	await t.throwsAsync(making, { code: 'TOOLS_ABORTED' });
	t.deepEqual(await readdir(folder), ['data']);
});

test('an edit keeps the infohash, and a comment in two spellings becomes one', async (t) => {
	const { folder, port } = await openPort(t);
	const torrentPath = path.join(folder, 'x.torrent');
	// The info dictionary is not sorted, and a key is there that nobody knows.
	const info = `d6:lengthi5e12:piece lengthi16384e6:pieces20:${'h'.repeat(20)}4:name1:ae`;
	const text = `d8:announce18:http://a.example/a7:comment3:old13:comment.utf-83:old4:info${info}7:unknowni1ee`;
	await writeFile(torrentPath, text, 'latin1');
	const before = parseDocument(await readFile(torrentPath));
	t.deepEqual(await port.readTorrent(torrentPath), {
		trackers: { announce: 'http://a.example/a', tiers: [] },
		comment: 'old',
	});
	const trackers = planTiers(undefined, [['http://b.example/a'], ['udp://c.example:1']]);
	const bytes = await port.changeTorrent(torrentPath, { trackers, comment: 'new' });
	t.deepEqual(Buffer.from(bytes), await readFile(torrentPath));
	const after = parseDocument(bytes);
	t.is(after.infohash, before.infohash);
	t.deepEqual(after.metainfo?.tiers, trackers.tiers);
	t.is(readField(after.root, 'comment'), 'new');
	t.is(after.root.get('comment.utf-8'), undefined);
	t.is(after.root.get('unknown'), 1);
});

test('trackers come from a torrent, a .thost, or a saved profile', async (t) => {
	const { folder, port } = await openPort(t);
	const trackers = { announce: 'http://a.example/a', tiers: [['http://a.example/a']] };
	t.deepEqual(await port.profiles(), []);
	await port.saveProfile({ name: 'mine', trackers });
	await writeFile(path.join(folder, 'profiles', 'broken.thost'), 'x');
	t.deepEqual(
		(await port.profiles()).map(({ name }) => name),
		['mine'],
	);
	t.like(await port.readTrackers(path.join(folder, 'profiles', 'mine.thost')), trackers);
	await port.removeProfile('mine');
	t.deepEqual(await port.profiles(), []);
});
