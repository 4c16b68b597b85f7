/** A process of its own: `simulate-swarm.js LEECHERS MIXED|EQUAL PIECES SEED` prints figures as JSON. */
import { TimedSwarm } from '../../../test/simulation/timed-swarm.js';
import { seededRandom } from '../micro/micro-case.js';
import { sharingFigures } from './sharing-figures.js';

const MIB = 2 ** 20;
const PIECE_LENGTH_BYTES = MIB / 4;
/** As many as the program keeps for one torrent. */
const MAX_LINKS = 80;
const UPLOAD_SLOTS = 20;
/** Give up at this multiple of the ideal. */
const MOST_IDEALS = 20;

const [leecherText = '', mix = '', pieceText = '', seedText = ''] = process.argv.slice(2);
const pieceCount = Number(pieceText);
const leecher = (uploadBytesPerSecond: number) => ({
	isSeed: false,
	uploadBytesPerSecond,
	uploadSlots: UPLOAD_SLOTS,
});
const slow = mix === 'mixed' ? MIB / 2 : MIB;
const fast = mix === 'mixed' ? 2 * MIB : MIB;
const swarm = new TimedSwarm(
	{
		pieceCount,
		pieceLengthBytes: PIECE_LENGTH_BYTES,
		totalBytes: pieceCount * PIECE_LENGTH_BYTES,
	},
	[
		{ ...leecher(4 * MIB), isSeed: true },
		...Array.from({ length: Number(leecherText) }, (_, i) => leecher(i % 2 === 0 ? slow : fast)),
	],
	{ random: seededRandom(Number(seedText)), maxLinks: MAX_LINKS },
);
swarm.run(swarm.idealMs * MOST_IDEALS);
if (!swarm.isComplete) throw new Error(`Not complete after ${MOST_IDEALS} times the ideal`);
const figures = sharingFigures(
	swarm.leechers.map((peer) => ({
		seconds: (peer.completedAtMs ?? 0) / 1000,
		receivedBytes: peer.receivedBytes,
		wastedBytes: peer.wastedBytes,
		sentBytes: peer.sentBytes,
	})),
	swarm.idealMs / 1000,
);
const { user, system } = process.cpuUsage();
console.log(JSON.stringify({ ...figures, cpu: (user + system) / 1e6 }));
