import test from 'ava';
import fc from 'fast-check';
import { encodeBencode } from '../../src/bencode/encode.js';
import { concatBytes, fromHex, utf8 } from '../../src/primitives/bytes.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import type { AnnounceRequest } from '../../src/tracker/announce.js';
import {
	announceUrl,
	parseAnnounceBody,
	parseScrapeBody,
	percentEncode,
	scrapeRequestUrl,
} from '../../src/tracker/http-codec.js';
import { TrackerError } from '../../src/tracker/tracker-error.js';

const INFOHASH = parseInfohash('123456789abcdef123456789abcdef123456789a')!;

const REQUEST: AnnounceRequest = {
	infohash: INFOHASH,
	peerId: utf8('-BY0100-abcdefghijk~'),
	port: 6881,
	ip: undefined,
	key: '0000beef',
	event: 'started',
	numWant: 50,
	trackerId: undefined,
	uploadedBytes: 1,
	downloadedBytes: 2,
	leftBytes: 2 ** 52,
};

function refusal(body: Uint8Array): TrackerError {
	try {
		parseAnnounceBody(body);
	} catch (error) {
		if (error instanceof TrackerError) return error;
		throw error;
	}
	throw new Error('The answer was accepted');
}

test('an announce carries raw bytes percent-encoded and keeps the query of the tracker', (t) => {
	const url = announceUrl('http://t.example/announce?passkey=a%20b&x=1', REQUEST);
	t.is(
		url,
		'http://t.example/announce?passkey=a%20b&x=1' +
			'&info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A' +
			'&peer_id=-BY0100-abcdefghijk~&port=6881&uploaded=1&downloaded=2&left=4503599627370496' +
			'&compact=1&no_peer_id=1&numwant=50&key=0000beef&event=started',
	);
});

test('a plain announce has no event, and ip and tracker id appear when there are any', (t) => {
	const url = announceUrl('http://t.example/announce', {
		...REQUEST,
		event: undefined,
		ip: '2001:db8::1',
		trackerId: 'a b\u00ff',
	});
	t.true(url.startsWith('http://t.example/announce?info_hash='));
	t.false(url.includes('event='));
	t.true(url.endsWith('&ip=2001%3Adb8%3A%3A1&trackerid=a%20b%FF'));
});

test('percent-encoding can be undone for any bytes', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
			const back = percentEncode(bytes).replace(/%(..)/g, (_all, hex) =>
				String.fromCharCode(Number.parseInt(hex, 16)),
			);
			return Buffer.from(back, 'latin1').equals(Buffer.from(bytes));
		}),
	);
	t.pass();
});

test('compact peers of both families are read and port 0 is dropped', (t) => {
	const answer = parseAnnounceBody(
		encodeBencode({
			interval: 900,
			'min interval': 300,
			complete: 3,
			incomplete: 4,
			downloaded: 5,
			'tracker id': 'abc',
			'warning message': 'careful',
			// 10.0.0.1:6881, 10.0.0.2:0
			peers: fromHex('0a0000011ae10a0000020000')!,
			// [2001:db8::1]:6882
			peers6: fromHex('20010db80000000000000000000000011ae2')!,
		}),
	);
	t.deepEqual(answer, {
		intervalSeconds: 900,
		minIntervalSeconds: 300,
		complete: 3,
		incomplete: 4,
		downloaded: 5,
		trackerId: 'abc',
		warning: 'careful',
		peers: [
			{ address: '10.0.0.1', port: 6881 },
			{ address: '2001:db8::1', port: 6882 },
		],
	});
});

test('peers as dictionaries are read, without host names and impossible ports', (t) => {
	const { peers } = parseAnnounceBody(
		encodeBencode({
			interval: 900,
			peers: [
				{ ip: '10.0.0.1', port: 6881, 'peer id': new Uint8Array(20) },
				{ ip: '2001:DB8:0::1', port: 1 },
				{ ip: 'localhost', port: 80 },
				{ ip: '10.0.0.2', port: 0 },
				{ ip: '10.0.0.3', port: 65_536 },
				{ ip: '10.0.0.4', port: -1 },
				{ port: 5 },
				7,
			],
		}),
	);
	t.deepEqual(peers, [
		{ address: '10.0.0.1', port: 6881 },
		{ address: '2001:db8::1', port: 1 },
	]);
});

test('at most a thousand peers are taken', (t) => {
	const peers = new Uint8Array(6 * 5000).fill(9);
	t.is(parseAnnounceBody(encodeBencode({ interval: 900, peers })).peers.length, 1000);
	const dicts = Array.from({ length: 5000 }, () => ({ ip: '10.0.0.1', port: 1 }));
	t.is(parseAnnounceBody(encodeBencode({ interval: 900, peers: dicts })).peers.length, 1000);
});

test('a compact list of the wrong length is refused', (t) => {
	t.is(refusal(encodeBencode({ interval: 1, peers: new Uint8Array(7) })).code, 'TRACKER_BAD_PEERS');
});

const boundedInterval = test.macro((t, interval: number, seconds: number) => {
	t.is(parseAnnounceBody(encodeBencode({ interval, peers: '' })).intervalSeconds, seconds);
});
test('an interval of 0 is taken as a minute', boundedInterval, 0, 60);
test('a negative interval is taken as a minute', boundedInterval, -5, 60);
test('a huge interval is taken as a day', boundedInterval, 2 ** 40, 86_400);

test('a negative or huge min interval does not lock us out', (t) => {
	for (const [sent, taken] of [
		[-1, undefined],
		[0, undefined],
		[2 ** 50, 86_400],
	]) {
		const answer = parseAnnounceBody(encodeBencode({ interval: 900, 'min interval': sent }));
		t.is(answer.minIntervalSeconds, taken);
	}
});

test('a failure reason is read as UTF-8, cut, and cannot drive a terminal', (t) => {
	const error = refusal(
		encodeBencode({
			'failure reason': `\u001b[2Jnicht erlaubt – größer\r\n\u202e${'x'.repeat(500)}`,
		}),
	);
	t.is(error.code, 'TRACKER_REFUSED');
	t.true(error.failureReason?.startsWith('[2Jnicht erlaubt – größer x'));
	t.is(error.failureReason?.length, 200);
	t.is(error.failureReason, error.message);
});

test('bytes that are no UTF-8 still make a readable reason', (t) => {
	const error = refusal(
		concatBytes([utf8('d14:failure reason3:a'), Uint8Array.of(0xff), utf8('be')]),
	);
	t.is(error.failureReason, 'a\ufffdb');
});

test('a tracker can say when to come back', (t) => {
	const expected: readonly (readonly [number | string, number | undefined])[] = [
		[5, 300_000],
		['5', 300_000],
		['never', 86_400_000],
		[10 ** 9, 86_400_000],
		[-1, undefined],
		['soon', undefined],
	];
	for (const [sent, waitMs] of expected) {
		const body = encodeBencode({ 'failure reason': 'x', 'retry in': sent });
		t.is(refusal(body).retryInMs, waitMs);
	}
});

test('a tracker id too long for a URL is not kept', (t) => {
	for (const [sent, kept] of [
		['x'.repeat(257), undefined],
		['', undefined],
		['x', 'x'],
	]) {
		const answer = parseAnnounceBody(encodeBencode({ interval: 900, 'tracker id': sent }));
		t.is(answer.trackerId, kept);
	}
});

test('values of the wrong kind are as good as missing', (t) => {
	const answer = parseAnnounceBody(
		encodeBencode({ interval: 'soon', complete: -1, incomplete: [], 'tracker id': 5, peers: 5 }),
	);
	t.like(answer, { intervalSeconds: 1800, trackerId: undefined, peers: [] });
	t.is(answer.complete, undefined);
	t.is(answer.incomplete, undefined);
});

test('an answer may end with an empty line', (t) => {
	t.is(parseAnnounceBody(utf8('d8:intervali900ee\r\n')).intervalSeconds, 900);
});

const refused = test.macro((t, text: string) => {
	t.is(refusal(utf8(text)).code, 'TRACKER_BAD_ANSWER');
});
test('an empty answer is refused', refused, '');
test('a web page is refused', refused, '<html>');
test('a list is refused', refused, 'le');
test('a negative string length is refused', refused, 'd5:peers-5:e');
test('a string longer than the answer is refused', refused, 'd5:peers99999999999:e');
test('an answer cut short is refused', refused, 'd8:intervali900e');
test('deep nesting is refused', refused, `d1:a${'l'.repeat(5000)}${'e'.repeat(5000)}e`);

test('any bytes either make an answer in bounds or a TrackerError', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
			try {
				return parseAnnounceBody(bytes).peers.length <= 1000;
			} catch (error) {
				return error instanceof TrackerError;
			}
		}),
	);
	t.pass();
});

test('a scrape finds its torrent by raw bytes', (t) => {
	const body = concatBytes([
		utf8('d5:filesd20:'),
		fromHex(INFOHASH)!,
		utf8('d8:completei3e10:downloadedi9e10:incompletei4eeee'),
	]);
	t.deepEqual(parseScrapeBody(body, INFOHASH), { complete: 3, incomplete: 4, downloaded: 9 });
	t.throws(() => parseScrapeBody(body, parseInfohash('00'.repeat(20))!), {
		instanceOf: TrackerError,
	});
	t.is(
		scrapeRequestUrl('http://t.example/scrape?k=1', INFOHASH),
		'http://t.example/scrape?k=1&info_hash=%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A',
	);
});
