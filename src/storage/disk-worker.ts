/** Entry of a disk thread: wires its port to the loop. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeDiskFs } from './disk-fs.js';
import { runDiskWorker } from './run-disk-worker.js';

runDiskWorker(parentPort, workerData, nodeDiskFs);
