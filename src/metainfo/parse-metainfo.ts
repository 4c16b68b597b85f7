/** `.torrent` bytes to Metainfo (BEP 3, 12, 17, 19, 27, 47); hybrids of BEP 52 load as v1. Pure. */
import { BencodeError } from '../bencode/bencode-error.js';
import { type BencodeDict, isBencodeDict } from '../bencode/bencode-value.js';
import { decodeScanned, readList } from '../bencode/decode.js';
import {
	findBytes,
	findInteger,
	findText,
	requireBytes,
	requireDict,
	requireInteger,
} from '../bencode/fields.js';
import { type BencodeLimits, type ByteRange, scanBencode } from '../bencode/scan.js';
import { concatBytes } from '../primitives/bytes.js';
import { type Infohash, infohashFromBytes } from '../primitives/infohash.js';
import { parseTiers } from './announce-list.js';
import { decodeName } from './decode-name.js';
import type { Metainfo } from './metainfo.js';
import { MetainfoError, type MetainfoErrorCode } from './metainfo-error.js';
import { MAX_METAINFO_BYTES, MAX_PIECES } from './metainfo-limits.js';
import { parseFiles } from './parse-files.js';
import { cleanElement, isNoName, type NameRules } from './safe-path.js';
import { parseWebSeeds } from './web-seeds.js';

export const MAX_PIECE_LENGTH_BYTES: number = 512 * 1024 * 1024;

const LIMITS: BencodeLimits = {
	maxBytes: MAX_METAINFO_BYTES,
	maxDepth: 100,
	/** A hundred and twenty thousand files of eight values each. */
	maxTokens: 1_000_000,
};
const HASH_BYTES = 20;
/** Some thousand files or more: their list decoded whole is twenty times as large as its bytes. */
const LONG_INFO_BYTES = 128 * 1024;
const DICTIONARY = 0x64;
const LIST = 0x6c;
const EMPTY_LIST: Uint8Array = Uint8Array.of(LIST, 0x65);
/** Tab, line feed, carriage return, space. */
const BLANKS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d, 0x20]);

/** What people read is cut here, in characters. */
const MAX_COMMENT_CHARACTERS = 16_384;
const MAX_LABEL_CHARACTERS = 256;

export interface ParseOptions {
	/** Which names the download folder's system can store; `posix` when absent. */
	readonly nameRules?: NameRules;
}

/**
 * Reads a whole `.torrent` file.
 * @param bytes - not kept
 * @param sha1 - 20 bytes for any bytes; called once, with a view of the raw info dictionary
 * @throws {MetainfoError} when the file cannot be loaded: one line that names the field
 */
export function parseMetainfo(
	bytes: Uint8Array,
	sha1: (bytes: Uint8Array) => Uint8Array,
	options: ParseOptions = {},
): Metainfo {
	if (bytes.byteLength > MAX_METAINFO_BYTES)
		throw new MetainfoError(
			'METAINFO_TOO_LONG',
			'file',
			`${bytes.byteLength} bytes, at most ${MAX_METAINFO_BYTES} are read`,
		);
	try {
		return parse(withoutTrailingBlanks(bytes), sha1, options.nameRules ?? 'posix');
	} catch (error) {
		if (error instanceof BencodeError) throw fromBencodeError(error);
		throw error;
	}
}

function parse(
	bytes: Uint8Array,
	sha1: (bytes: Uint8Array) => Uint8Array,
	rules: NameRules,
): Metainfo {
	const scan = scanBencode(bytes, LIMITS);
	const range = scan.topLevel.get('info') ?? { start: 0, end: 0 };
	const longList = longFileList(bytes, range);
	const root = decodeScanned(longList === undefined ? bytes : without(bytes, longList), scan);
	if (!isBencodeDict(root))
		throw new MetainfoError('METAINFO_FIELD_TYPE', 'file', 'expected a dictionary');
	const info = requireDict(root, 'info');
	refuseV2Only(info);
	const infohash = infohashFromBytes(sha1(bytes.subarray(range.start, range.end)));
	const name = torrentName(info, infohash, rules);
	const pieces = parsePieces(info);
	const list = longList && readList(bytes.subarray(longList.start, longList.end));
	const { files, isMultiFile, totalBytes } = parseFiles(info, name, rules, list);
	const pieceCount = checkPieceCount(totalBytes, pieces);
	const creationDate = findInteger(root, 'creation date');
	return {
		infohash,
		name,
		isMultiFile,
		pieceLengthBytes: pieces.lengthBytes,
		pieceCount,
		totalBytes,
		pieceHashes: pieces.hashes,
		files,
		isPrivate: (findInteger(info, 'private') ?? 0) !== 0,
		tiers: parseTiers(root),
		webSeeds: parseWebSeeds(root, 'url-list'),
		httpSeeds: parseWebSeeds(root, 'httpseeds'),
		comment: textField(root, 'comment', MAX_COMMENT_CHARACTERS),
		createdBy: textField(root, 'created by', MAX_LABEL_CHARACTERS),
		creationDateSeconds: creationDate !== undefined && creationDate > 0 ? creationDate : undefined,
		source: textField(info, 'source', MAX_LABEL_CHARACTERS),
	};
}

/** Where `info.files` lies when it is too long to be decoded whole. */
function longFileList(bytes: Uint8Array, info: ByteRange): ByteRange | undefined {
	if (info.end - info.start < LONG_INFO_BYTES || bytes[info.start] !== DICTIONARY) return undefined;
	const files = scanBencode(bytes.subarray(info.start, info.end), LIMITS).topLevel.get('files');
	if (files === undefined || bytes[info.start + files.start] !== LIST) return undefined;
	return { start: info.start + files.start, end: info.start + files.end };
}

/** The same document with an empty list at that place. */
function without(bytes: Uint8Array, list: ByteRange): Uint8Array {
	return concatBytes([bytes.subarray(0, list.start), EMPTY_LIST, bytes.subarray(list.end)]);
}

/** Text editors and some web servers put line breaks after the end; they change nothing. */
function withoutTrailingBlanks(bytes: Uint8Array): Uint8Array {
	let end = bytes.byteLength;
	while (end > 0 && BLANKS.has(bytes[end - 1] ?? 0)) end--;
	return bytes.subarray(0, end);
}

/** BEP 52 without the v1 half: there is nothing to verify v1 pieces against. */
function refuseV2Only(info: BencodeDict): void {
	if (info.has('pieces')) return;
	const key = ['meta version', 'file tree'].find((candidate) => info.has(candidate));
	if (key !== undefined)
		throw new MetainfoError(
			'METAINFO_V2_ONLY',
			`info.${key}`,
			'BitTorrent v2 only: not supported yet',
		);
}

/** The cleaned name; the infohash when nothing of it can be used. */
function torrentName(info: BencodeDict, infohash: Infohash, rules: NameRules): string {
	const name = findBytes(info, 'name.utf-8') ?? requireBytes(info, 'name', 'info');
	const text = decodeName(name);
	return isNoName(text, rules) ? infohash : cleanElement(text, rules);
}

interface Pieces {
	readonly lengthBytes: number;
	readonly hashes: Uint8Array;
}

function parsePieces(info: BencodeDict): Pieces {
	const lengthBytes = requireInteger(info, 'piece length', 'info');
	if (lengthBytes < 1 || lengthBytes > MAX_PIECE_LENGTH_BYTES)
		throw new MetainfoError(
			'METAINFO_FIELD_RANGE',
			'info.piece length',
			`${lengthBytes}, expected 1 to ${MAX_PIECE_LENGTH_BYTES}`,
		);
	const hashes = requireBytes(info, 'pieces', 'info');
	if (hashes.byteLength % HASH_BYTES !== 0)
		throw new MetainfoError(
			'METAINFO_MISMATCH',
			'info.pieces',
			`${hashes.byteLength} bytes, not a multiple of ${HASH_BYTES}`,
		);
	return { lengthBytes, hashes };
}

function checkPieceCount(totalBytes: number, pieces: Pieces): number {
	const pieceCount = Math.ceil(totalBytes / pieces.lengthBytes);
	if (pieceCount > MAX_PIECES)
		throw new MetainfoError(
			'METAINFO_TOO_MANY_PIECES',
			'info.piece length',
			`${pieceCount} pieces, at most ${MAX_PIECES} are loaded`,
		);
	const hashCount = pieces.hashes.byteLength / HASH_BYTES;
	if (hashCount !== pieceCount)
		throw new MetainfoError(
			'METAINFO_MISMATCH',
			'info.pieces',
			`${hashCount} hashes for ${pieceCount} pieces`,
		);
	return pieceCount;
}

/** Optional text: the `.utf-8` twin first; undefined when empty or of another type. Untrusted. */
function textField(dict: BencodeDict, key: string, maxCharacters: number): string | undefined {
	const text = findText(dict, `${key}.utf-8`) ?? findText(dict, key) ?? '';
	return text === '' ? undefined : text.slice(0, maxCharacters);
}

function fromBencodeError(error: BencodeError): MetainfoError {
	const code: MetainfoErrorCode =
		error.code === 'BENCODE_FIELD_MISSING'
			? 'METAINFO_FIELD_MISSING'
			: error.code === 'BENCODE_FIELD_TYPE'
				? 'METAINFO_FIELD_TYPE'
				: 'METAINFO_MALFORMED';
	const field = error.field === '' ? 'file' : error.field;
	return new MetainfoError(code, field, error.reason, { cause: error });
}
