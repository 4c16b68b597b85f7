/** Everything a `.torrent` says, as one JSON object. */
import { filePieces } from '../../metainfo/piece-layout.js';
import { cleanText } from '../../primitives/clean-text.js';
import type { TorrentFacts } from '../../tools/torrent-facts.js';
import { creationTime } from './torrent-text.js';

/** For `--json`, without its time. Control characters in texts are replaced; line breaks stay in a comment. */
export function torrentObject(file: string, facts: TorrentFacts): object {
	const { metainfo } = facts;
	return {
		type: 'torrent',
		path: cleanText(file),
		infohash: metainfo.infohash,
		infohashV2: facts.infohashV2,
		name: cleanText(metainfo.name),
		isMultiFile: metainfo.isMultiFile,
		totalBytes: metainfo.totalBytes,
		fileCount: facts.fileCount,
		pieceLengthBytes: metainfo.pieceLengthBytes,
		pieceCount: metainfo.pieceCount,
		isPrivate: metainfo.isPrivate,
		source: clean(metainfo.source),
		comment: metainfo.comment?.split(/\r?\n/).map(cleanText).join('\n'),
		createdBy: clean(metainfo.createdBy),
		created: creationTime(metainfo.creationDateSeconds),
		encoding: clean(facts.encoding),
		announce: clean(facts.announce),
		tiers: metainfo.tiers.map(cleanAll),
		webSeeds: cleanAll(metainfo.webSeeds),
		httpSeeds: cleanAll(metainfo.httpSeeds),
		nodes: cleanAll(facts.nodes),
		otherKeys: cleanAll(facts.otherKeys),
		torrentBytes: facts.fileBytes,
		magnet: facts.magnet,
		files: metainfo.files.map((each, i) => fileObject(facts, each, i)),
	};
}

function cleanAll(texts: readonly string[]): string[] {
	return texts.map(cleanText);
}

function clean(text: string | undefined): string | undefined {
	return text === undefined ? undefined : cleanText(text);
}

function fileObject(
	{ metainfo }: TorrentFacts,
	file: TorrentFacts['metainfo']['files'][number],
	index: number,
): object {
	const pieces = filePieces(metainfo, index);
	return {
		path: cleanText(file.path.join('/')),
		lengthBytes: file.lengthBytes,
		offsetBytes: file.offsetBytes,
		firstPiece: pieces?.first,
		lastPiece: pieces?.last,
		...(file.isPadding ? { isPadding: true } : {}),
		...(file.isExecutable ? { isExecutable: true } : {}),
	};
}
