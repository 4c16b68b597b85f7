/** All micro benches. One line for each. */
import { bencodeMicro } from './bencode-micro.js';
import { decoderMicro } from './decoder-micro.js';
import { encoderMicro } from './encoder-micro.js';
import type { MicroCase } from './micro-case.js';
import { pickerMicro } from './picker-micro.js';
import { rateGateMicro } from './rate-gate-micro.js';
import { readCacheMicro } from './read-cache-micro.js';
import { snapshotMicro } from './snapshot-micro.js';

export const microCases: readonly MicroCase[] = [
	decoderMicro,
	encoderMicro,
	pickerMicro,
	bencodeMicro,
	snapshotMicro,
	rateGateMicro,
	readCacheMicro,
];
