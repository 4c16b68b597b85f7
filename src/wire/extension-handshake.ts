/**
 * The handshake of the extension protocol: message `extended` with id 0 and a bencoded dictionary
 * (BEP 10), with `upload_only` (BEP 21) and `metadata_size` (BEP 9).
 */
import { type BencodeDict, type BencodeValue, isBencodeDict } from '../bencode/bencode-value.js';
import { decodeBencode } from '../bencode/decode.js';
import { encodeBencode } from '../bencode/encode.js';

/** The id of the handshake among extension messages. */
export const EXTENSION_HANDSHAKE_ID = 0;

/** Real ones have a few hundred bytes and are two deep; anything far from that is not read. */
const PAYLOAD_LIMITS = { maxBytes: 16_384, maxDepth: 20, maxTokens: 2000 } as const;

/** Of a peer's extensions; nobody has more than a dozen. */
const MAX_EXTENSIONS = 64;
const MAX_NAME_LENGTH = 64;

/** Of a client's name, before decoding. */
const MAX_CLIENT_BYTES = 128;

/** Deepest queue we fill at a peer: 64 MiB of blocks. Clients announce up to 2048. */
const MAX_REQQ = 4096;

/** Largest info dictionary taken from peers, as other clients have it. */
const MAX_METADATA_BYTES = 30 * 1024 * 1024;

/** What a peer said of itself; everything may be missing. */
export interface ExtensionHandshake {
	/** Name and version as sent, cut at 128 bytes: not safe to print. */
	readonly client?: string;
	/** How many of our requests it queues: 1 to 4096. */
	readonly reqq?: number;
	/** It downloads nothing, now (BEP 21). */
	readonly uploadOnly?: boolean;
	/** Its listening TCP port, 1 to 65535. */
	readonly port?: number;
	/** Length of the info dictionary in bytes: 1 to 30 MiB. */
	readonly metadataSize?: number;
	/** Extension name to the id (1 to 255) the peer wants it sent under. */
	readonly messageIds: ReadonlyMap<string, number>;
}

/** What we say of ourselves. */
export interface OwnExtensionHandshake {
	/** Client name and version, e.g. `btmany 0.1.0`. */
	readonly client: string;
	/** How many requests we queue for the peer. */
	readonly reqq: number;
	/** Our listening TCP port; left out when there is none. */
	readonly port?: number;
	/** The peer's address as we see it: 4 or 16 bytes. */
	readonly yourIp?: Uint8Array;
	readonly uploadOnly?: boolean;
	/** Length of the info dictionary in bytes. */
	readonly metadataSize?: number;
	/** Extension name to the id we want it sent under. */
	readonly messageIds?: ReadonlyMap<string, number>;
}

/**
 * The payload of our handshake, for `encodeExtended(EXTENSION_HANDSHAKE_ID, payload)`. It may be sent
 * again when something changed.
 */
export function encodeExtensionHandshake(ours: OwnExtensionHandshake): Uint8Array {
	return encodeBencode({
		m: ours.messageIds ?? new Map(),
		metadata_size: ours.metadataSize,
		p: ours.port,
		reqq: ours.reqq,
		upload_only: ours.uploadOnly === undefined ? undefined : Number(ours.uploadOnly),
		v: ours.client,
		yourip: ours.yourIp,
	});
}

/**
 * Reads a peer's handshake. It never throws: what is missing, malformed or out of range stays as
 * it was before, since a peer whose extras cannot be read can still trade pieces.
 *
 * @param payload - of the `extended` message with id 0
 * @param before - result of an earlier handshake of this peer: BEP 10 lets it send more, each
 * adding to the last; an extension with id 0 is switched off
 */
export function decodeExtensionHandshake(
	payload: Uint8Array,
	before: ExtensionHandshake = { messageIds: new Map() },
): ExtensionHandshake {
	const fields = decodeFields(payload);
	if (fields === undefined) return before;
	const client = readText(fields.get('v'));
	const reqq = readInteger(fields.get('reqq'), 0, Number.MAX_SAFE_INTEGER);
	const uploadOnly = readInteger(fields.get('upload_only'), 0, Number.MAX_SAFE_INTEGER);
	const port = readInteger(fields.get('p'), 1, 65_535);
	const metadataSize = readInteger(fields.get('metadata_size'), 1, MAX_METADATA_BYTES);
	return {
		...before,
		...(client === undefined ? {} : { client }),
		...(reqq === undefined ? {} : { reqq: Math.min(Math.max(1, reqq), MAX_REQQ) }),
		...(uploadOnly === undefined ? {} : { uploadOnly: uploadOnly !== 0 }),
		...(port === undefined ? {} : { port }),
		...(metadataSize === undefined ? {} : { metadataSize }),
		messageIds: mergeMessageIds(before.messageIds, fields.get('m')),
	};
}

function decodeFields(payload: Uint8Array): BencodeDict | undefined {
	try {
		const value = decodeBencode(payload, PAYLOAD_LIMITS);
		return isBencodeDict(value) ? value : undefined;
	} catch {
		return undefined; // Not bencode: read as a handshake that says nothing.
	}
}

function mergeMessageIds(
	before: ReadonlyMap<string, number>,
	value: BencodeValue | undefined,
): ReadonlyMap<string, number> {
	if (!isBencodeDict(value)) return before;
	const merged = new Map(before);
	for (const [name, idValue] of value) {
		const id = readInteger(idValue, 0, 255);
		if (id === undefined || name.length > MAX_NAME_LENGTH) continue;
		if (id === 0) merged.delete(name);
		else if (merged.has(name) || merged.size < MAX_EXTENSIONS) merged.set(name, id);
	}
	return merged;
}

function readInteger(
	value: BencodeValue | undefined,
	lowest: number,
	highest: number,
): number | undefined {
	const isRight =
		typeof value === 'number' && Number.isInteger(value) && value >= lowest && value <= highest;
	return isRight ? value : undefined;
}

function readText(value: BencodeValue | undefined): string | undefined {
	if (!(value instanceof Uint8Array)) return undefined;
	return new TextDecoder().decode(value.subarray(0, MAX_CLIENT_BYTES));
}
