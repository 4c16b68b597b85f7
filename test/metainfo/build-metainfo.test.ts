import test from 'ava';
import fc from 'fast-check';
import { type BuildFields, buildMetainfo } from '../../src/metainfo/build-metainfo.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { hashes, sha1 } from './sample-torrents.js';

const single: BuildFields = {
	name: 'file.bin',
	lengthBytes: 20,
	pieceLengthBytes: 16_384,
	pieceHashes: Uint8Array.from(Buffer.from('01234567890123456789')),
};

function infohash(changes: Partial<BuildFields>): string {
	return parseMetainfo(buildMetainfo({ ...single, ...changes }), sha1).infohash;
}

test('the smallest file has exactly the bytes BEP 3 wants', (t) => {
	t.is(
		Buffer.from(buildMetainfo(single)).toString('latin1'),
		'd4:infod6:lengthi20e4:name8:file.bin12:piece lengthi16384e6:pieces20:01234567890123456789ee',
	);
});

test('every field comes back', (t) => {
	const metainfo = parseMetainfo(
		buildMetainfo({
			name: 'földer',
			files: [
				{ path: ['a.sh'], lengthBytes: 10, isExecutable: true },
				{ path: ['.pad', '6'], lengthBytes: 6, isPadding: true },
				{ path: ['süb', 'b'], lengthBytes: 20 },
			],
			pieceLengthBytes: 16,
			pieceHashes: hashes(3),
			tiers: [['http://a/', 'udp://b:1'], ['http://c/']],
			isPrivate: true,
			comment: 'wörds',
			createdBy: 'tests',
			creationDateSeconds: 1_700_000_000,
			webSeeds: ['http://w/'],
			source: 's',
		}),
		sha1,
	);
	t.like(metainfo, {
		name: 'földer',
		isMultiFile: true,
		totalBytes: 36,
		isPrivate: true,
		comment: 'wörds',
		createdBy: 'tests',
		creationDateSeconds: 1_700_000_000,
		source: 's',
	});
	t.deepEqual(metainfo.tiers, [['http://a/', 'udp://b:1'], ['http://c/']]);
	t.deepEqual(metainfo.webSeeds, ['http://w/']);
	t.deepEqual(
		metainfo.files.map((file) => [file.path.join('/'), file.isPadding, file.isExecutable]),
		[
			['a.sh', false, true],
			['.pad/6', true, false],
			['süb/b', false, false],
		],
	);
});

test('one tracker needs no announce-list', (t) => {
	const text = Buffer.from(buildMetainfo({ ...single, tiers: [['http://a/']] })).toString('latin1');
	t.true(text.startsWith('d8:announce9:http://a/4:info'));
});

test('a tier that differs from announce is written', (t) => {
	const bytes = buildMetainfo({ ...single, announce: 'http://a/', tiers: [['http://b/']] });
	t.deepEqual(parseMetainfo(bytes, sha1).tiers, [['http://b/']]);
	t.true(Buffer.from(bytes).includes('8:announce9:http://a/'));
});

test('trackers, comment and date do not change the infohash; privacy and source do', (t) => {
	t.is(infohash({}), infohash({ announce: 'http://a/', comment: 'c', creationDateSeconds: 1 }));
	t.not(infohash({}), infohash({ isPrivate: true }));
	t.not(infohash({}), infohash({ source: 's' }));
});

test('any lengths that fit their pieces are built and loaded', (t) => {
	fc.assert(
		fc.property(
			fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 20 }),
			fc.integer({ min: 1000, max: 70_000 }),
			(lengths, pieceLengthBytes) => {
				const totalBytes = lengths.reduce((sum, length) => sum + length, 0);
				fc.pre(totalBytes > 0);
				const pieceHashes = hashes(Math.ceil(totalBytes / pieceLengthBytes));
				const files = lengths.map((lengthBytes, index) => ({ path: [`f${index}`], lengthBytes }));
				const metainfo = parseMetainfo(
					buildMetainfo({ name: 'n', files, pieceLengthBytes, pieceHashes }),
					sha1,
				);
				t.is(metainfo.totalBytes, totalBytes);
				t.deepEqual(metainfo.pieceHashes, pieceHashes);
				t.deepEqual(
					metainfo.files.map((file) => file.lengthBytes),
					lengths,
				);
			},
		),
		{ numRuns: 200 },
	);
});
