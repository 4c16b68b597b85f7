/** Judges what the parser makes of damaged bytes. */
import type { ByteRange } from '../../src/bencode/scan.js';
import type { Metainfo } from '../../src/metainfo/metainfo.js';
import { MetainfoError } from '../../src/metainfo/metainfo-error.js';
import { parseMetainfo } from '../../src/metainfo/parse-metainfo.js';
import { sha1 } from './sample-torrents.js';

export interface Outcome {
	/** What is wrong with it; undefined for a sound torrent and for a proper refusal. */
	readonly flaw: string | undefined;
	readonly metainfo: Metainfo | undefined;
}

/** Parses bytes of unknown origin. */
export function judge(bytes: Uint8Array): Outcome {
	try {
		const metainfo = parseMetainfo(bytes, sha1);
		return { flaw: unsound(metainfo), metainfo };
	} catch (error) {
		if (!(error instanceof MetainfoError)) return { flaw: String(error), metainfo: undefined };
		const isProper = error.field !== '' && !/[^ -~]/.test(error.message);
		return { flaw: isProper ? undefined : JSON.stringify(error.message), metainfo: undefined };
	}
}

function unsound(metainfo: Metainfo): string | undefined {
	let offsetBytes = 0;
	for (const file of metainfo.files) {
		if (file.offsetBytes !== offsetBytes || file.lengthBytes < 0) return 'offsets do not add up';
		offsetBytes += file.lengthBytes;
		for (const element of file.path) {
			if (['', '.', '..'].includes(element) || /[/\\]|\p{Cc}/u.test(element))
				return `unsafe path element ${JSON.stringify(element)}`;
		}
	}
	if (offsetBytes !== metainfo.totalBytes) return 'lengths do not add up';
	return metainfo.pieceHashes.byteLength === metainfo.pieceCount * 20
		? undefined
		: 'hashes missing';
}

/** Flips bits, parses, flips them back, and says what was wrong with the outcome. */
export function flawAfterFlips(
	bytes: Uint8Array,
	bits: readonly number[],
	info: ByteRange,
	infohash: string,
): string | undefined {
	const flip = (bit: number): void => {
		bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
	};
	bits.forEach(flip);
	const outcome = judge(bytes);
	bits.forEach(flip);
	const changesInfo = bits.some((bit) => bit >> 3 >= info.start && bit >> 3 < info.end);
	if (outcome.flaw !== undefined || outcome.metainfo === undefined) return outcome.flaw;
	const isSame = outcome.metainfo.infohash === infohash;
	return isSame === changesInfo ? 'the infohash does not tell the damage' : undefined;
}
