import test from 'ava';
import fc from 'fast-check';
import { fromHex, toHex, utf8 } from '../../src/primitives/bytes.js';
import { parseInfohash } from '../../src/primitives/infohash.js';
import {
	encodeUdpAnnounce,
	encodeUdpConnect,
	encodeUdpScrape,
	parseUdpAnswer,
	parseUdpRequest,
	udpTransactionId,
} from '../../src/tracker/udp-codec.js';

const CONNECTION_ID = fromHex('1122334455667788')!;
const INFOHASH = parseInfohash('aa'.repeat(20))!;

test('a connect request is the protocol id, action 0 and the transaction id', (t) => {
	t.is(toHex(encodeUdpConnect(0xdeadbeef)), '000004172710198000000000deadbeef');
});

test('an announce request has every field at its offset', (t) => {
	const bytes = encodeUdpAnnounce(
		CONNECTION_ID,
		7,
		{
			infohash: INFOHASH,
			peerId: utf8('-BY0100-abcdefghijkl'),
			port: 6881,
			ip: '10.0.0.9',
			key: 'cafebabe',
			event: 'completed',
			numWant: 50,
			trackerId: undefined,
			downloadedBytes: 2 ** 33,
			leftBytes: 2,
			uploadedBytes: 3,
		},
		'',
	);
	t.is(
		toHex(bytes),
		'1122334455667788' + // connection id
			'00000001' + // action
			'00000007' + // transaction id
			'aa'.repeat(20) + // infohash
			toHex(utf8('-BY0100-abcdefghijkl')) + // peer id
			'0000000200000000' + // downloaded
			'0000000000000002' + // left
			'0000000000000003' + // uploaded
			'00000001' + // event
			'0a000009' + // address
			'cafebabe' + // key
			'00000032' + // numwant
			'1ae1', // port
	);
});

test('path and query of the URL follow as options of at most 255 bytes', (t) => {
	const path = `/announce?passkey=${'k'.repeat(300)}`;
	const bytes = encodeUdpAnnounce(
		CONNECTION_ID,
		7,
		{
			infohash: INFOHASH,
			peerId: new Uint8Array(20),
			port: 1,
			ip: '::1',
			key: '',
			event: undefined,
			numWant: 0,
			trackerId: undefined,
			downloadedBytes: 0,
			leftBytes: 0,
			uploadedBytes: 0,
		},
		path,
	);
	const options = bytes.subarray(98);
	t.deepEqual([options[0], options[1]], [2, 255]);
	t.deepEqual([options[257], options[258]], [2, path.length - 255]);
	const text = Buffer.concat([options.subarray(2, 257), options.subarray(259)]).toString();
	t.is(text, path);
});

test('an announce answer gives counts and peers of the family of the socket', (t) => {
	// action, transaction id, interval 900, leechers 4, seeders 3
	const head = '0000000100000007000003840000000400000003';
	const v4 = parseUdpAnswer(fromHex(`${head}0a0000011ae10a0000020000`)!, 4);
	t.like(v4, {
		type: 'announce',
		response: {
			intervalSeconds: 900,
			incomplete: 4,
			complete: 3,
			peers: [{ address: '10.0.0.1', port: 6881 }],
		},
	});
	const v6 = parseUdpAnswer(fromHex(`${head}20010db80000000000000000000000011ae2`)!, 6);
	t.deepEqual(v6?.type === 'announce' ? v6.response.peers : undefined, [
		{ address: '2001:db8::1', port: 6882 },
	]);
});

test('an answer cut in the middle of a peer keeps the whole ones', (t) => {
	const head = '0000000100000007000003840000000400000003';
	const answer = parseUdpAnswer(fromHex(`${head}0a0000011ae10a00`)!, 4);
	t.is(answer?.type === 'announce' ? answer.response.peers.length : -1, 1);
});

test('a scrape answer and an error are read', (t) => {
	t.deepEqual(parseUdpAnswer(fromHex('0000000200000007000000030000000900000004')!, 4), {
		type: 'scrape',
		response: { complete: 3, downloaded: 9, incomplete: 4 },
	});
	t.deepEqual(parseUdpAnswer(fromHex('00000003000000071b5b326a6e6f')!, 4), {
		type: 'error',
		message: '[2jno',
	});
});

const ignored = test.macro((t, hex: string) => {
	t.is(parseUdpAnswer(fromHex(hex)!, 4), undefined);
});
test('a packet of 7 bytes is no answer', ignored, '00000003000000');
test('a connect answer without a connection id is no answer', ignored, '0000000000000007112233');
test('an announce answer without counts is no answer', ignored, '000000010000000700000384');
test('an unknown action is no answer', ignored, '0000000900000007000003840000000000000000');

test('what the client encodes the server reads', (t) => {
	const request = parseUdpRequest(encodeUdpScrape(CONNECTION_ID, 9, INFOHASH));
	t.deepEqual(request, {
		type: 'scrape',
		transactionId: 9,
		connectionId: Uint8Array.from(CONNECTION_ID),
		infohashes: [fromHex(INFOHASH)!],
	});
	t.is(parseUdpRequest(encodeUdpConnect(5))?.type, 'connect');
});

test('no packet makes either side throw', (t) => {
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 120 }), fc.constantFrom(4, 6), (bytes, family) => {
			parseUdpAnswer(bytes, family);
			parseUdpRequest(bytes);
			return (udpTransactionId(bytes) === undefined) === bytes.byteLength < 8;
		}),
	);
	t.pass();
});
