/** Web seed URLs: `url-list` (BEP 19) and `httpseeds` (BEP 17), each a list or one string. */
import { type BencodeDict, isBencodeList } from '../bencode/bencode-value.js';
import { decodeText } from '../bencode/fields.js';

/** More are left out. */
const MAX_WEB_SEEDS = 1000;
const MAX_URL_CHARACTERS = 4096;

/**
 * HTTP and HTTPS URLs under a key, percent-encoded where they must be, without repetitions.
 * Anything else under it is left out: web seeds are never needed.
 */
export function parseWebSeeds(root: BencodeDict, key: 'url-list' | 'httpseeds'): string[] {
	const value = root.get(key);
	const items = value instanceof Uint8Array ? [value] : isBencodeList(value) ? value : [];
	const urls = new Set<string>();
	for (const item of items) {
		if (urls.size >= MAX_WEB_SEEDS) break;
		if (!(item instanceof Uint8Array)) continue;
		const text = decodeText(item).trim();
		if (text.length > MAX_URL_CHARACTERS || !URL.canParse(text)) continue;
		const url = new URL(text);
		if (url.protocol === 'http:' || url.protocol === 'https:') urls.add(url.href);
	}
	return [...urls];
}
