/**
 * A disk thread whose file calls fail on demand. Its URL says how:
 * `op` the call, `code` the error (`EXIT`: the thread ends, `SLOW`: it only takes 10 ms), `nth` the first call to fail (from 1,
 * default 1), `times` how many fail (default all), `flag` a file: fail only while it exists.
 */
import { existsSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { type DiskFs, nodeDiskFs } from '../../src/storage/disk-fs.js';
import type { WorkerStart } from '../../src/storage/disk-messages.js';
import { runDiskWorker } from '../../src/storage/run-disk-worker.js';

const params = new URL((workerData as WorkerStart).entry).searchParams;
const op = params.get('op') ?? '';
const code = params.get('code') ?? 'EIO';
const nth = Number(params.get('nth') ?? 1);
const times = Number(params.get('times') ?? Number.POSITIVE_INFINITY);
const flag = params.get('flag');
let calls = 0;

function meet(name: string): void {
	if (name !== op && op !== '*') return;
	if (flag !== null && !existsSync(flag)) return;
	calls++;
	if (calls < nth || calls >= nth + times) return;
	if (code === 'EXIT') process.exit(1);
	if (code === 'SLOW') {
		Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
		return;
	}
	throw Object.assign(new Error(`${code}: injected, ${name}`), { code });
}

const faultyFs: DiskFs = {
	open(...args) {
		meet('open');
		return nodeDiskFs.open(...args);
	},
	close: (fd) => nodeDiskFs.close(fd),
	fstat(fd) {
		meet('fstat');
		return nodeDiskFs.fstat(fd);
	},
	lstat(path) {
		meet('lstat');
		return nodeDiskFs.lstat(path);
	},
	stat: (path) => nodeDiskFs.stat(path),
	isReadable: (path) => nodeDiskFs.isReadable(path),
	names: (folder, most) => nodeDiskFs.names(folder, most),
	mkdir(path) {
		meet('mkdir');
		nodeDiskFs.mkdir(path);
	},
	realpath(path) {
		meet('realpath');
		return nodeDiskFs.realpath(path);
	},
	readv(...args) {
		meet('readv');
		return nodeDiskFs.readv(...args);
	},
	writev(...args) {
		meet('writev');
		return nodeDiskFs.writev(...args);
	},
	fdatasync(fd) {
		meet('fdatasync');
		nodeDiskFs.fdatasync(fd);
	},
	freeBytes(path) {
		meet('freeBytes');
		return nodeDiskFs.freeBytes(path);
	},
};

runDiskWorker(parentPort, workerData, faultyFs);
