/** What was done to a `.torrent`, as lines and as an object. */
import { cleanText } from '../../primitives/clean-text.js';
import type { EditResult } from '../../tools/edit-torrent-file.js';
import type { FieldChange } from '../../tools/torrent-edit.js';
import { type FieldValue, fieldText } from '../../tools/torrent-fields.js';

/** Without line ends; not cleaned. The last two tell of a rename what it means. */
export function editLines(file: string, result: EditResult, isDryRun: boolean): string[] {
	const { backupPath, changes, infohashAfter, infohashBefore, isChanged } = result;
	const verdict = isChanged ? (isDryRun ? 'would be changed' : 'changed') : 'unchanged';
	const lines = [`${file}: ${verdict}`, ...changes.flatMap(changeLines)];
	if (backupPath !== undefined) lines.push(`  the old file is ${backupPath}`);
	if (infohashBefore === infohashAfter) return lines;
	const is = isDryRun ? 'would be' : 'is';
	return [
		...lines,
		`  the infohash ${isDryRun ? 'would change' : 'has changed'}: ${infohashBefore} → ${infohashAfter}`,
		`  this ${is} another torrent: peers, trackers and data of the old one do not count for it`,
	];
}

/** For `--json`, without its time. */
export function editObject(file: string, result: EditResult, isDryRun: boolean): object {
	const { backupPath, changes, infohashAfter, infohashBefore, isChanged } = result;
	return {
		type: isChanged ? 'edited' : 'unchanged',
		path: cleanText(file),
		isDryRun,
		infohash: infohashAfter,
		...(infohashBefore === infohashAfter ? {} : { oldInfohash: infohashBefore }),
		changes: changes
			.filter((change) => change.isChanged)
			.map(({ after, before, field }) => ({
				field,
				before: cleanValue(before),
				after: cleanValue(after),
			})),
		...(backupPath === undefined ? {} : { backupPath: cleanText(backupPath) }),
	};
}

function changeLines({ after, before, field, isChanged }: FieldChange): string[] {
	if (!isChanged) return [];
	return [
		`  ${field}: ${shownValue(before)}`,
		`  ${' '.repeat(field.length)}→ ${shownValue(after)}`,
	];
}

function shownValue(value: FieldValue): string {
	return value === undefined ? '(none)' : fieldText(value);
}

function cleanValue(value: FieldValue): FieldValue {
	if (value === undefined) return undefined;
	if (typeof value === 'string') return cleanText(value);
	const tiers: (readonly string[])[] = [];
	const texts: string[] = [];
	for (const item of value) {
		if (typeof item === 'string') texts.push(cleanText(item));
		else tiers.push(item.map(cleanText));
	}
	return tiers.length > 0 ? tiers : texts;
}
