/** Everything a `.torrent` says, as text for people. */
import { cleanText } from '../../primitives/clean-text.js';
import type { TorrentFacts } from '../../tools/torrent-facts.js';
import { fileTree } from './file-tree.js';
import { formatSize, timestamp } from './format.js';

const LABEL_COLUMNS = 14;
/** Later dates are nonsense that `Date` cannot hold. */
const MAX_DATE_SECONDS = 8.64e12;

/** Lines with their ends; all texts are cleaned. */
export function torrentText(file: string, facts: TorrentFacts): string {
	const { encoding, infohashV2, magnet, metainfo, nodes, otherKeys } = facts;
	const lines = [cleanText(file)];
	const say = (label: string, values: readonly string[]): void => {
		for (const [i, value] of values.entries())
			lines.push(`  ${(i === 0 ? label : '').padEnd(LABEL_COLUMNS)}${cleanText(value)}`);
	};
	const sayOne = (label: string, value: string | undefined): void =>
		say(label, value === undefined ? [] : [value]);
	sayOne('name', metainfo.name);
	sayOne('infohash', metainfo.infohash);
	sayOne('infohash v2', infohashV2);
	sayOne('size', sizeText(facts));
	sayOne('pieces', piecesText(facts));
	sayOne('private', metainfo.isPrivate ? 'yes' : 'no');
	sayOne('source', metainfo.source);
	say('comment', metainfo.comment?.split(/\r?\n/) ?? []);
	sayOne('created', createdText(metainfo.creationDateSeconds));
	sayOne('created by', metainfo.createdBy);
	sayOne('encoding', encoding);
	say('trackers', trackerLines(facts));
	say('web seeds', metainfo.webSeeds);
	say('HTTP seeds', metainfo.httpSeeds);
	say('DHT nodes', nodes);
	sayOne('other keys', otherKeys.length === 0 ? undefined : otherKeys.join(', '));
	sayOne('magnet', magnet);
	say('files', fileLines(facts));
	return `${lines.join('\n')}\n`;
}

/** ISO 8601; undefined for none and for one that no calendar has. */
export function creationTime(seconds: number | undefined): string | undefined {
	return seconds === undefined || seconds > MAX_DATE_SECONDS
		? undefined
		: timestamp(seconds * 1000);
}

function sizeText({ fileCount, metainfo }: TorrentFacts): string {
	const files = fileCount === 1 ? '1 file' : `${fileCount} files`;
	const size = `${formatSize(metainfo.totalBytes)} (${metainfo.totalBytes} bytes)`;
	return metainfo.isMultiFile ? `${size} in ${files}` : size;
}

function piecesText({ fullPieces, metainfo, restBytes }: TorrentFacts): string {
	const { pieceCount, pieceLengthBytes } = metainfo;
	const rest = restBytes === 0 ? '' : ` + ${restBytes}`;
	return `${pieceCount} (${fullPieces} * ${pieceLengthBytes}${rest})`;
}

function createdText(seconds: number | undefined): string | undefined {
	return creationTime(seconds) ?? (seconds === undefined ? undefined : `${seconds} s after 1970`);
}

function trackerLines({ announce, metainfo }: TorrentFacts): string[] {
	const { tiers } = metainfo;
	const lines = tiers.flatMap((tier, i) =>
		tier.map((url, j) => `${j === 0 ? `tier ${i + 1}`.padEnd(10) : ' '.repeat(10)}${url}`),
	);
	const isElsewhere = announce !== undefined && !tiers.flat().includes(announce.trim());
	if (isElsewhere)
		lines.push(`${'main'.padEnd(10)}${announce} (not in the tiers; clients ignore it)`);
	return lines.length === 0 ? ['none'] : lines;
}

function fileLines({ metainfo }: TorrentFacts): string[] {
	const files = metainfo.files.filter((file) => !file.isPadding);
	if (!metainfo.isMultiFile) return [`${metainfo.name}  ${formatSize(metainfo.totalBytes)}`];
	return fileTree(metainfo.name, files);
}
