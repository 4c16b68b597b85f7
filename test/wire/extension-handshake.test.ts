import test from 'ava';
import fc from 'fast-check';
import { utf8 } from '../../src/primitives/bytes.js';
import { encodeExtended } from '../../src/wire/encoder.js';
import {
	decodeExtensionHandshake,
	EXTENSION_HANDSHAKE_ID,
	encodeExtensionHandshake,
} from '../../src/wire/extension-handshake.js';
import { hex } from './wire-hex.js';

const NOTHING = { messageIds: new Map<string, number>() };

function toText(bytes: Uint8Array): string {
	return Buffer.from(bytes).toString('latin1');
}

function decodeText(text: string): ReturnType<typeof decodeExtensionHandshake> {
	return decodeExtensionHandshake(utf8(text));
}

test('our handshake is a sorted dictionary in an extension message with id 0', (t) => {
	const payload = encodeExtensionHandshake({
		client: 'btmany 0.1.0',
		reqq: 500,
		port: 6881,
		yourIp: Uint8Array.of(0x31, 0x32, 0x33, 0x34),
		uploadOnly: true,
		metadataSize: 31_235,
		messageIds: new Map([['ut_metadata', 3]]),
	});
	const dictionary =
		'd1:md11:ut_metadatai3ee13:metadata_sizei31235e1:pi6881e4:reqqi500e11:upload_onlyi1e1:v12:btmany 0.1.06:yourip4:1234e';
	t.is(toText(payload), dictionary);
	const message = encodeExtended(EXTENSION_HANDSHAKE_ID, payload);
	// length, id of extension messages, id of the handshake
	t.deepEqual(message.subarray(0, 6), hex('00000076 14 00'));
	t.is(toText(message.subarray(6)), dictionary);
});

test('what is not given is left out of our handshake', (t) => {
	t.is(toText(encodeExtensionHandshake({ client: 'b', reqq: 1 })), 'd1:mde4:reqqi1e1:v1:be');
});

test('our own handshake is read back', (t) => {
	const payload = encodeExtensionHandshake({
		client: 'btmany 0.1.0',
		reqq: 500,
		port: 6881,
		uploadOnly: false,
		metadataSize: 100,
		messageIds: new Map([['ut_pex', 1]]),
	});
	t.deepEqual(decodeExtensionHandshake(payload), {
		client: 'btmany 0.1.0',
		reqq: 500,
		port: 6881,
		uploadOnly: false,
		metadataSize: 100,
		messageIds: new Map([['ut_pex', 1]]),
	});
});

test('unsorted keys and keys nobody knows are read past', (t) => {
	const read = decodeText('d1:v4:Test1:md6:ut_pexi1ee4:ipv6i5e1:ade1:pi80ee');
	t.deepEqual(read, { client: 'Test', port: 80, messageIds: new Map([['ut_pex', 1]]) });
});

test('fields of the wrong type or out of range are as if they were missing', (t) => {
	const read = decodeText(
		'd1:mli1ee13:metadata_sizei2147483648e1:pi65536e4:reqq1:x11:upload_onlyle1:vi1ee',
	);
	t.deepEqual(read, NOTHING);
	t.deepEqual(decodeText('d13:metadata_sizei0e1:pi0ee'), NOTHING);
	t.deepEqual(decodeText('d13:metadata_sizei-1e1:pi-1e4:reqqi-5ee'), NOTHING);
});

test('the queue length of a peer is brought between 1 and 4096', (t) => {
	t.is(decodeText('d4:reqqi0ee').reqq, 1);
	t.is(decodeText('d4:reqqi250ee').reqq, 250);
	t.is(decodeText('d4:reqqi1000000000ee').reqq, 4096);
});

test('extension ids beyond a byte and overlong names are left out', (t) => {
	const long = 'x'.repeat(65);
	const read = decodeText(`d1:md1:ai256e1:bi-1e1:ci255e1:d1:x65:${long}i1eee`);
	t.deepEqual(read.messageIds, new Map([['c', 255]]));
});

test('a peer cannot fill our memory with extensions', (t) => {
	const names = Array.from({ length: 500 }, (_, i) => `3:${String(i).padStart(3, '0')}i1e`);
	t.is(decodeText(`d1:md${names.join('')}ee`).messageIds.size, 64);
});

test('a client name is cut and broken UTF-8 in it replaced', (t) => {
	t.is(decodeText(`d1:v1000:${'a'.repeat(1000)}e`).client, 'a'.repeat(128));
	const payload = Uint8Array.of(...utf8('d1:v2:'), 0xff, 0x41, ...utf8('e'));
	t.is(decodeExtensionHandshake(payload).client, '\ufffdA');
});

test('extension names like those of object prototypes are plain names', (t) => {
	const { messageIds } = decodeText('d1:md9:__proto__i7e11:constructori8eee');
	t.deepEqual(
		[...messageIds],
		[
			['__proto__', 7],
			['constructor', 8],
		],
	);
});

test('a later handshake adds to the first, and id 0 switches an extension off', (t) => {
	const first = decodeText('d1:md1:ai1e1:bi2ee1:v1:xe');
	const second = decodeExtensionHandshake(utf8('d1:md1:ai0e1:ci3ee11:upload_onlyi1ee'), first);
	t.deepEqual(second, {
		client: 'x',
		uploadOnly: true,
		messageIds: new Map([
			['b', 2],
			['c', 3],
		]),
	});
	t.deepEqual(
		first.messageIds,
		new Map([
			['a', 1],
			['b', 2],
		]),
	);
});

test('twenty thousand nested dictionaries or lists are harmless', (t) => {
	t.deepEqual(decodeText('d1:m'.repeat(20_000)), NOTHING);
	t.deepEqual(decodeText('l'.repeat(20_000)), NOTHING);
	t.deepEqual(decodeText(`${'d1:m'.repeat(3000)}${'e'.repeat(3000)}`), NOTHING);
});

test('a negative string length is harmless', (t) => {
	for (const text of ['l-1:e', 'd1:v-3:xe', 'd-1:e', 'd1:ml-2:ee'])
		t.deepEqual(decodeText(text), NOTHING);
});

test('bytes of any kind are read as something and never throw', (t) => {
	const pieces = fc.constantFrom(
		'd',
		'l',
		'e',
		'i',
		'1',
		'-',
		':',
		'1:m',
		'1:v',
		'4:reqq',
		'i1e',
		'0:',
	);
	fc.assert(
		fc.property(fc.array(pieces, { maxLength: 30 }), (parts) => {
			t.true(decodeText(parts.join('')).messageIds.size <= 64);
		}),
		{ numRuns: 500 },
	);
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
			t.true(decodeExtensionHandshake(bytes).messageIds.size <= 64);
		}),
	);
});
