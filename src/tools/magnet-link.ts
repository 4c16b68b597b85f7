/** The magnet link of a torrent (BEP 9). */
import type { Metainfo } from '../metainfo/metainfo.js';

/** Infohash, name, size, trackers and web seeds in one line. */
export function magnetLink(metainfo: Metainfo): string {
	const parts = [
		`xt=urn:btih:${metainfo.infohash}`,
		`dn=${encodeURIComponent(metainfo.name)}`,
		`xl=${metainfo.totalBytes}`,
		...metainfo.tiers.flat().map((url) => `tr=${encodeURIComponent(url)}`),
		...metainfo.webSeeds.map((url) => `ws=${encodeURIComponent(url)}`),
	];
	return `magnet:?${parts.join('&')}`;
}
