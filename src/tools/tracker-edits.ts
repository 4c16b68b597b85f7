/** Edits of the trackers and HTTP seeds of a torrent (BEP 12, 17, 19). */
import { type AnnouncePlan, planTiers, trackerProblem } from './announce-plan.js';
import { ToolsError } from './tools-error.js';
import type { TorrentDocument } from './torrent-document.js';
import type { EditableField, TorrentEdit } from './torrent-edit.js';
import { type FieldValue, readField, readTierTexts } from './torrent-fields.js';

/** Sets `announce`, and `announce-list` when it says more; removes it otherwise. */
export function announceEdit({ announce, tiers }: AnnouncePlan): TorrentEdit {
	const saysMore = tiers.flat().length > 1;
	return {
		type: 'fields',
		values: new Map<EditableField, FieldValue>([
			['announce', announce],
			['announce-list', saysMore ? tiers : undefined],
		]),
	};
}

/** Sets the URLs as a list; removes the field when there are none. */
export function seedEdit(field: 'httpseeds' | 'url-list', urls: readonly string[]): TorrentEdit {
	return { type: 'fields', values: new Map([[field, urls.length === 0 ? undefined : urls]]) };
}

/**
 * The trackers of a torrent as a plan for others. Those that cannot be used are left out, with a note.
 * @param place - of the template, for messages
 * @throws {ToolsError} `TOOLS_NO_TRACKER`
 */
export function templatePlan({ root }: TorrentDocument, place: string): AnnouncePlan {
	const notes: string[] = [];
	const isUsable = (url: string): boolean => {
		if (url.trim() === '') return false;
		const problem = trackerProblem(url);
		if (problem === undefined) return true;
		notes.push(`${place}: "${url.trim().slice(0, 200)}" ${problem}; left out`);
		return false;
	};
	const announce = readField(root, 'announce');
	const main = typeof announce === 'string' && isUsable(announce) ? announce : undefined;
	const tiers = readTierTexts(root).map((tier) => tier.filter(isUsable));
	const plan = planTiers(main, tiers);
	if (plan.announce === undefined)
		throw new ToolsError('TOOLS_NO_TRACKER', place, `${place} names no tracker that can be used`);
	return { ...plan, notes: [...notes, ...plan.notes] };
}
