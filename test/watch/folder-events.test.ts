import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import test from 'ava';
import { systemClock } from '../../src/primitives/clock.js';
import { chokidarEvents } from '../../src/watch/chokidar-events.js';
import { directEvents } from '../../src/watch/direct-events.js';
import { folderEvents } from '../../src/watch/folder-events.js';
import type { FolderEvents } from '../../src/watch/folder-hints.js';
import { makeFixture, torrentBytes } from './watch-fixture.js';

const prompt = test.macro({
	title: (_provided, by: string) =>
		`a file that is renamed in or removed counts long before the next periodic rescan, by ${by}`,
	async exec(t, _by: string, events: FolderEvents) {
		const { put, start, folder, until, runningFiles } = await makeFixture(t);
		await put('sub/other.torrent', torrentBytes('other'));
		const isReady = new Promise<void>((resolve) => {
			start({
				clock: systemClock,
				rescanIntervalMs: 3_600_000,
				events: ({ onHint, ...options }) =>
					events({
						...options,
						onHint: (file) => {
							onHint(file);
							resolve();
						},
					}),
			}).catch((error: unknown) => t.fail(String(error)));
		});
		await isReady;
		await put('sub/x.torrent.part', torrentBytes('x'));
		await rename(path.join(folder, 'sub/x.torrent.part'), path.join(folder, 'sub/x.torrent'));
		await until(() => runningFiles().includes('x.torrent'));
		await rm(path.join(folder, 'sub/other.torrent'));
		await until(() => !runningFiles().includes('other.torrent'));
		t.deepEqual(runningFiles(), ['x.torrent']);
	},
});

test(prompt, 'chokidar', chokidarEvents);
test(prompt, 'direct watches', directEvents);
test(prompt, 'what suits the folder', folderEvents);

const quiet = test.macro({
	title: (_provided, by: string) => `no events come for the data of downloads, by ${by}`,
	async exec(t, _by: string, events: FolderEvents) {
		const { put, folder } = await makeFixture(t);
		await put('data/file.bin', 'x');
		const hints: string[] = [];
		const waiters = new Map<string, () => void>();
		const hinted = (name: string): Promise<void> =>
			new Promise((resolve) => waiters.set(path.join(folder, name), resolve));
		const isReady = hinted('');
		const stop = events({
			folder,
			recursive: 'all',
			onHint: (file) => {
				hints.push(path.relative(folder, file));
				waiters.get(file)?.();
			},
			onFailure: (message) => t.fail(message),
		});
		t.teardown(stop);
		await isReady;
		const isSeen = hinted('data/x.torrent');
		await put('data/file.bin', 'more');
		await put('data/new.bin', 'more');
		await put('data/x.torrent', torrentBytes('x'));
		await isSeen;
		t.deepEqual(new Set(hints), new Set(['', 'data/x.torrent']));
	},
});

test(quiet, 'chokidar', chokidarEvents);
test(quiet, 'direct watches', directEvents);
