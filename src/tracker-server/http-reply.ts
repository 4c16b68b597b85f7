/** Bencoded answers of an HTTP tracker (BEP 3, 7, 23, 48). */
import { type BencodeEncodable, encodeBencode } from '../bencode/encode.js';
import { concatBytes } from '../primitives/bytes.js';
import { readCompactIpv4, readCompactIpv6 } from '../primitives/endpoint.js';
import { type Infohash, infohashBytes } from '../primitives/infohash.js';
import type { ListedPeer } from './peer-list.js';
import type { SwarmAnswer, SwarmCounts } from './swarm-table.js';

const IPV4_BYTES = 6;

export function encodeFailure(reason: string): Uint8Array {
	return encodeBencode({ 'failure reason': reason });
}

export function encodeAnnounceReply(
	answer: SwarmAnswer,
	form: {
		readonly intervalSeconds: number;
		readonly minIntervalSeconds: number | undefined;
		readonly isCompact: boolean;
		readonly wantsPeerIds: boolean;
	},
): Uint8Array {
	return encodeBencode({
		complete: answer.complete,
		downloaded: answer.downloaded,
		incomplete: answer.incomplete,
		interval: form.intervalSeconds,
		'min interval': form.minIntervalSeconds,
		...(form.isCompact ? compactPeers(answer.peers) : dictPeers(answer.peers, form.wantsPeerIds)),
	});
}

export function encodeScrapeReply(
	swarms: readonly (readonly [Infohash, SwarmCounts])[],
): Uint8Array {
	const files = new Map<string, BencodeEncodable>();
	for (const [infohash, { complete, downloaded, incomplete }] of swarms) {
		const key = Buffer.from(infohashBytes(infohash)).toString('latin1');
		files.set(key, { complete, downloaded, incomplete });
	}
	return encodeBencode({ files });
}

function compactPeers(peers: readonly ListedPeer[]): Record<string, BencodeEncodable> {
	const ofFamily = (isIpv4: boolean): Uint8Array =>
		concatBytes(
			peers.map(({ compact }) => compact).filter((c) => (c.byteLength === IPV4_BYTES) === isIpv4),
		);
	const peers6 = ofFamily(false);
	const peers4 = ofFamily(true);
	return peers6.byteLength === 0 ? { peers: peers4 } : { peers: peers4, peers6 };
}

function dictPeers(
	peers: readonly ListedPeer[],
	wantsPeerIds: boolean,
): Record<string, BencodeEncodable> {
	const list = peers.map(({ compact, peerId }) => {
		const read = compact.byteLength === IPV4_BYTES ? readCompactIpv4 : readCompactIpv6;
		const { address, port } = read(compact, 0);
		return wantsPeerIds ? { ip: address, 'peer id': peerId, port } : { ip: address, port };
	});
	return { peers: list };
}
