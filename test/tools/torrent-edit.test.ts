import test from 'ava';
import fc from 'fast-check';
import { encodeBencode } from '../../src/bencode/encode.js';
import { scanBencode } from '../../src/bencode/scan.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { planAnnounce } from '../../src/tools/announce-plan.js';
import { parseDocument } from '../../src/tools/torrent-document.js';
import { editTorrent, type TorrentEdit } from '../../src/tools/torrent-edit.js';
import { announceEdit, seedEdit } from '../../src/tools/tracker-edits.js';
import { sha1 } from '../storage/sample-torrent.js';
import {
	CANONICAL_INFO,
	dictionary,
	INFO_ENTRIES,
	rawValues,
	torrentBytes,
	UNSORTED_INFO,
} from './edit-fixture.js';

const URLS = ['http://a.example/a', 'udp://b.example:1/', 'https://c.example:8443/x?k=1'] as const;

/** Values of unknown keys: every kind, nested, always well-formed. */
const leaf = fc.oneof(
	fc.maxSafeInteger(),
	fc.string({ maxLength: 8 }),
	fc.uint8Array({ maxLength: 8 }),
);
const value = fc.oneof(
	leaf,
	fc.array(leaf, { maxLength: 3 }),
	fc.dictionary(fc.string({ maxLength: 4 }), leaf, { maxKeys: 3 }),
);
const unknownKey = fc.stringMatching(/^[a-z][a-z -]{0,11}$/).map((key) => `x${key}`);
const edits: fc.Arbitrary<TorrentEdit> = fc.oneof(
	fc
		.tuple(fc.constantFrom(...URLS), fc.option(fc.shuffledSubarray([...URLS]), { nil: undefined }))
		.map(([main, list]) => announceEdit(planAnnounce(main, list?.join('|')))),
	fc
		.tuple(
			fc.constantFrom('httpseeds' as const, 'url-list' as const),
			fc.subarray(['http://s.example/1', 'http://s.example/2']),
		)
		.map(([field, urls]) => seedEdit(field, urls)),
);
const files = fc
	.record({
		unknown: fc.uniqueArray(
			fc.tuple(
				unknownKey,
				value.map((each) => encodeBencode(each)),
			),
			{
				selector: ([key]) => key,
				maxLength: 5,
			},
		),
		known: fc.subarray([
			['announce', encodeBencode('http://old.example/')],
			['announce-list', encodeBencode([['http://old.example/'], ['not a url']])],
			['httpseeds', encodeBencode('http://one.example/')],
			['url-list', encodeBencode(['http://two.example/'])],
			['comment', encodeBencode('käse')],
		] as [string, Uint8Array][]),
		info: fc.constantFrom(CANONICAL_INFO, UNSORTED_INFO),
	})
	.chain(({ info, known, unknown }) =>
		fc.shuffledSubarray([...known, ...unknown, ['info', info] as [string, Uint8Array]], {
			minLength: known.length + unknown.length + 1,
		}),
	)
	.map((entries) => dictionary(entries));

test('an edit keeps the raw info and every other value, and sorts the keys around them', (t) => {
	fc.assert(
		fc.property(files, edits, (bytes, edit) => {
			const edited = editTorrent(parseDocument(bytes), edit);
			const before = rawValues(bytes);
			const after = rawValues(edited.bytes);
			const touched = new Set<string>(edited.changes.map(({ field }) => field));
			for (const key of new Set([...before.keys(), ...after.keys()]))
				if (!touched.has(key)) t.deepEqual(after.get(key), before.get(key), key);
			const keys = [...after.keys()];
			if (edited.isChanged) t.deepEqual(keys, [...keys].sort());
			else t.deepEqual(edited.bytes, bytes);
			t.is(parseMetainfo(edited.bytes, sha1).infohash, parseMetainfo(bytes, sha1).infohash);
			// A second time there is nothing left to do.
			t.false(editTorrent(parseDocument(edited.bytes), edit).isChanged);
		}),
		{ numRuns: 300 },
	);
});

test('a tracker edit sets both fields, and without a list removes the old one', (t) => {
	const old = torrentBytes({
		announce: encodeBencode('http://old.example/'),
		'announce-list': encodeBencode([['http://old.example/']]),
	});
	const plan = planAnnounce(URLS[0], `${URLS[1]}|${URLS[0]},${URLS[2]}`);
	const both = editTorrent(parseDocument(old), announceEdit(plan));
	t.deepEqual(parseMetainfo(both.bytes, sha1).tiers, [[URLS[0], URLS[2]], [URLS[1]]]);
	t.deepEqual(rawValues(both.bytes).get('announce'), encodeBencode(URLS[0]));
	const stripped = editTorrent(parseDocument(both.bytes), announceEdit(planAnnounce(URLS[1], '')));
	t.false(rawValues(stripped.bytes).has('announce-list'));
	t.deepEqual(parseMetainfo(stripped.bytes, sha1).tiers, [[URLS[1]]]);
});

test('dictionaries outside info get their keys in order when something is changed', (t) => {
	const nested = dictionary([
		['b', encodeBencode(1)],
		['a', encodeBencode(2)],
	]);
	const edited = editTorrent(
		parseDocument(torrentBytes({ 'x-nested': nested }, UNSORTED_INFO)),
		seedEdit('url-list', ['http://a.example/']),
	);
	t.deepEqual(rawValues(edited.bytes).get('x-nested'), encodeBencode({ a: 2, b: 1 }));
	t.deepEqual(rawValues(edited.bytes).get('info'), UNSORTED_INFO);
	t.false(scanBencode(edited.bytes).isSorted);
});

for (const [kind, info] of [
	['sorted', CANONICAL_INFO],
	['unsorted', UNSORTED_INFO],
] as const)
	test(`a rename changes the name in ${kind} info and no other byte of it`, (t) => {
		const edited = editTorrent(parseDocument(torrentBytes({}, info)), {
			type: 'rename',
			name: 'ünother',
		});
		const entries = INFO_ENTRIES.map(([key, raw]): [string, Uint8Array] =>
			key === 'name' ? [key, encodeBencode('ünother')] : [key, raw],
		);
		const expected = dictionary(kind === 'sorted' ? entries : entries.toReversed());
		t.deepEqual(rawValues(edited.bytes).get('info'), expected);
		t.is(parseMetainfo(edited.bytes, sha1).name, 'ünother');
	});

test('a rename changes the UTF-8 twin of the name too, which clients prefer', (t) => {
	const info = dictionary([
		...INFO_ENTRIES.slice(0, 2),
		['name.utf-8', encodeBencode('däta')],
		...INFO_ENTRIES.slice(2),
	]);
	const edit = { type: 'rename', name: 'new' } as const;
	const edited = editTorrent(parseDocument(torrentBytes({}, info)), edit);
	t.is(parseMetainfo(edited.bytes, sha1).name, 'new');
	t.deepEqual(edited.changes[0]?.before, 'däta');
});

test('blanks behind the file are dropped by an edit and by nothing else', (t) => {
	const bytes = Buffer.concat([torrentBytes(), Buffer.from('\r\n')]);
	const document = parseDocument(bytes);
	t.true(editTorrent(document, seedEdit('httpseeds', ['http://a.example/'])).isChanged);
	t.false(editTorrent(document, seedEdit('httpseeds', [])).isChanged);
});

test('trackers of a BitTorrent v2 torrent can be edited, which does not touch its infohash', (t) => {
	const info = encodeBencode({
		'file tree': {},
		'meta version': 2,
		name: 'n',
		'piece length': 16384,
	});
	const document = parseDocument(torrentBytes({}, info));
	const edited = editTorrent(document, announceEdit(planAnnounce(URLS[0], undefined)));
	t.regex(document.infohash, /^[0-9a-f]{64}$/);
	t.is(parseDocument(edited.bytes).infohash, document.infohash);
});
