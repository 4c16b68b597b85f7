/** One golden vector per message: what it means and its exact bytes (BEP 3, 5, 6, 10). */
import * as encoder from '../../src/wire/encoder.js';
import type { WireMessage } from '../../src/wire/message.js';

/** Pieces of the torrent the vectors belong to: a bitfield of two bytes. */
export const PIECE_COUNT = 12;

export interface WireVector {
	/** length prefix, id, fields */
	readonly bytes: string;
	readonly message: WireMessage;
	readonly encoded?: Uint8Array;
}

const block = { piece: 11, offsetBytes: 0x8000, lengthBytes: 0x4000 };
const blockFields = '0000000b 00008000 00004000';

export const WIRE_VECTORS: readonly WireVector[] = [
	{ bytes: '00000000', message: { type: 'keep-alive' }, encoded: encoder.encodeKeepAlive() },
	{ bytes: '00000001 00', message: { type: 'choke' }, encoded: encoder.encodeChoke() },
	{ bytes: '00000001 01', message: { type: 'unchoke' }, encoded: encoder.encodeUnchoke() },
	{ bytes: '00000001 02', message: { type: 'interested' }, encoded: encoder.encodeInterested() },
	{
		bytes: '00000001 03',
		message: { type: 'not-interested' },
		encoded: encoder.encodeNotInterested(),
	},
	{
		bytes: '00000005 04 00000007',
		message: { type: 'have', piece: 7 },
		encoded: encoder.encodeHave(7),
	},
	{
		bytes: '00000003 05 a5f0',
		message: { type: 'bitfield', bytes: Uint8Array.of(0xa5, 0xf0) },
		encoded: encoder.encodeBitfield(Uint8Array.of(0xa5, 0xf0)),
	},
	{
		bytes: `0000000d 06 ${blockFields}`,
		message: { type: 'request', ...block },
		encoded: encoder.encodeRequest(block),
	},
	{
		bytes: `0000000d 08 ${blockFields}`,
		message: { type: 'cancel', ...block },
		encoded: encoder.encodeCancel(block),
	},
	{
		bytes: '00000003 09 1ae1',
		message: { type: 'port', port: 6881 },
		encoded: encoder.encodePort(6881),
	},
	{
		bytes: '00000005 0d 00000000',
		message: { type: 'suggest', piece: 0 },
		encoded: encoder.encodeSuggest(0),
	},
	{ bytes: '00000001 0e', message: { type: 'have-all' }, encoded: encoder.encodeHaveAll() },
	{ bytes: '00000001 0f', message: { type: 'have-none' }, encoded: encoder.encodeHaveNone() },
	{
		bytes: `0000000d 10 ${blockFields}`,
		message: { type: 'reject', ...block },
		encoded: encoder.encodeReject(block),
	},
	{
		bytes: '00000005 11 0000000b',
		message: { type: 'allowed-fast', piece: 11 },
		encoded: encoder.encodeAllowedFast(11),
	},
	{
		// id 3 of the receiver's choosing, payload "hi"
		bytes: '00000004 14 03 6869',
		message: { type: 'extended', id: 3, payload: Uint8Array.of(0x68, 0x69) },
		encoded: encoder.encodeExtended(3, Uint8Array.of(0x68, 0x69)),
	},
	{
		bytes: '00000002 14 00',
		message: { type: 'extended', id: 0, payload: new Uint8Array(0) },
		encoded: encoder.encodeExtended(0, new Uint8Array(0)),
	},
	// BEP 52's hash request, which we do not speak
	{ bytes: '00000003 15 ffff', message: { type: 'unknown', id: 21 } },
	{ bytes: '00000001 63', message: { type: 'unknown', id: 99 } },
];
