/** What BitTornado's editors printed. Texts from files are cleaned, which changes only harmful ones. */
import { cleanText } from '../../primitives/clean-text.js';
import type { AnnouncePlan } from '../../tools/announce-plan.js';
import type { EditResult } from '../../tools/edit-torrent-file.js';
import type { FieldChange } from '../../tools/torrent-edit.js';
import { fieldText } from '../../tools/torrent-fields.js';

/** Of btreannounce and btcopyannounce: what the file said before. */
export function classicOldAnnounce(file: string, { changes }: EditResult): string {
	return (
		oldLine(`old announce for ${file}`, changes, 'announce') +
		oldLine(`old announce-list for ${file}`, changes, 'announce-list')
	);
}

/** Of btcopyannounce, before the first file. */
export function classicNewAnnounce({ announce, tiers }: AnnouncePlan): string {
	const list = tiers.flat().length > 1 ? `new announce-list: ${fieldText(tiers)}\n` : '';
	return cleanLines(`new announce: ${announce ?? ''}\n${list}`);
}

/** Of btsethttpseeds. */
export function classicOldSeeds(file: string, { changes }: EditResult): string {
	return (
		oldLine(`old http-seed list for ${file}`, changes, 'httpseeds') +
		oldLine(`old web-seed list for ${file}`, changes, 'url-list')
	);
}

/** Of btrename, the whole output for one file. */
export function classicRename(_file: string, { changes }: EditResult): string {
	const [change] = changes;
	const before = cleanText(fieldText(change?.before));
	const after = cleanText(fieldText(change?.after));
	return (
		'btrename 20021119 - change the suggested filename in a .torrent file\n\n' +
		`old filename: ${before}\nnew filename: ${after}\n\ndone.\n\n`
	);
}

function oldLine(
	words: string,
	changes: readonly FieldChange[],
	field: FieldChange['field'],
): string {
	const before = changes.find((change) => change.field === field)?.before;
	return before === undefined ? '' : cleanLines(`${words}: ${fieldText(before)}\n`);
}

function cleanLines(text: string): string {
	return text.split('\n').map(cleanText).join('\n');
}
