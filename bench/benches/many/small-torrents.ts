/** Many torrents of one small file each, with their data beside them, as in a watched folder. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { buildMetainfo } from '../../../src/metainfo/build-metainfo.js';
import { parseMetainfo } from '../../../src/metainfo/parse-metainfo.js';
import type { Infohash } from '../../../src/primitives/infohash.js';

export const PIECE_BYTES = 16_384;
const LENGTH_BYTES = 20_000;

const sha1 = (bytes: Uint8Array): Uint8Array => createHash('sha1').update(bytes).digest();

/** Makes them in `folder`; the infohashes come in the order of the files. */
export function writeSmallTorrents(
	folder: string,
	count: number,
	announce?: string,
): readonly Infohash[] {
	mkdirSync(folder, { recursive: true });
	const infohashes: Infohash[] = [];
	for (let number = 0; number < count; number++) {
		const name = `torrent ${String(number).padStart(6, '0')}.bin`;
		const payload = Buffer.alloc(LENGTH_BYTES, number & 0xff);
		payload.writeUInt32BE(number);
		const metainfo = buildMetainfo({
			name,
			lengthBytes: payload.byteLength,
			pieceLengthBytes: PIECE_BYTES,
			pieceHashes: Buffer.concat([
				sha1(payload.subarray(0, PIECE_BYTES)),
				sha1(payload.subarray(PIECE_BYTES)),
			]),
			...(announce === undefined ? {} : { announce }),
		});
		writeFileSync(path.join(folder, name), payload);
		writeFileSync(path.join(folder, `${name}.torrent`), metainfo);
		infohashes.push(parseMetainfo(metainfo, sha1).infohash);
	}
	return infohashes;
}
