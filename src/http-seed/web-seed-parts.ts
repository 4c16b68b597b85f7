/** Web seeds (BEP 19): plain HTTP servers that hold the payload as files. */
import type { Metainfo } from '../metainfo/metainfo.js';
import { fileSpans } from '../metainfo/piece-layout.js';
import type { PlanParts, SeedPart } from './seed-part.js';

type PayloadPlace = Pick<Metainfo, 'name' | 'isMultiFile' | 'files'>;

/** The requests of a web seed for a range of the payload: one for each file it touches. */
export function webSeedParts(baseUrl: string, metainfo: PayloadPlace): PlanParts {
	return (offsetBytes, lengthBytes) =>
		fileSpans(metainfo.files, offsetBytes, lengthBytes).map((span): SeedPart => {
			const file = metainfo.files[span.fileIndex];
			if (file === undefined || file.isPadding)
				return { type: 'zeros', lengthBytes: span.lengthBytes };
			return {
				type: 'file',
				url: webSeedFileUrl(baseUrl, metainfo, span.fileIndex),
				fileIndex: span.fileIndex,
				fromBytes: span.fileOffsetBytes,
				lengthBytes: span.lengthBytes,
				fileBytes: file.lengthBytes,
			};
		});
}

/**
 * Where a web seed keeps a file. For a single file the URL names the file itself, or, with a slash at
 * its end, the folder it is in; for a folder it names the folder that the payload's folder is in,
 * with or without the slash.
 */
export function webSeedFileUrl(baseUrl: string, metainfo: PayloadPlace, fileIndex: number): string {
	const base = baseUrl.replace(/#.*$/s, '');
	if (!metainfo.isMultiFile) {
		return base.endsWith('/') ? base + encodeURIComponent(metainfo.name) : base;
	}
	const elements = [metainfo.name, ...(metainfo.files[fileIndex]?.path ?? [])];
	const folder = base.endsWith('/') ? base : `${base}/`;
	return folder + elements.map((element) => encodeURIComponent(element)).join('/');
}
