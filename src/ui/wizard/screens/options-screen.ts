/** The third page: everything about the torrents that has a good default. */

import { automaticPieceLength } from '../../../tools/piece-length.js';
import { formatSize } from '../../format.js';
import { blank, type Row } from '../../row.js';
import { pieceLengthBytes, type QueueItem, type WizardState } from '../wizard-state.js';
import { buttonRow, choiceRow, textRow } from './draw-field.js';
import type { WizardModel } from './wizard-model.js';

const LABEL_WIDTH = 20;

export function optionsRows({ state, theme }: WizardModel, width: number): readonly Row[] {
	const { focus, isForced, isPrivate, texts } = state;
	const place = { theme, width, labelWidth: LABEL_WIDTH };
	const lengthBytes = pieceLengthBytes(state);
	return [
		choiceRow(place, 'Piece length', lengthText(lengthBytes), {
			isFocused: focus === 'piece-length',
			note: piecesText(state),
		}),
		choiceRow(place, 'Private', isPrivate ? 'yes' : 'no', {
			isFocused: focus === 'private',
			note: 'peers come from the trackers only',
		}),
		textRow(place, 'Source', texts.source, {
			isFocused: focus === 'source',
			hint: 'a label that changes the infohash',
		}),
		textRow(place, 'Comment', texts.comment, { isFocused: focus === 'comment' }),
		textRow(place, 'Web seeds', texts['web-seeds'], {
			isFocused: focus === 'web-seeds',
			hint: 'URLs of the data on web servers (BEP 19)',
		}),
		textRow(place, 'HTTP seeds', texts['http-seeds'], {
			isFocused: focus === 'http-seeds',
			hint: 'URLs of seeding scripts (BEP 17)',
		}),
		textRow(place, 'Folder', texts.output, {
			isFocused: focus === 'output',
			hint: 'for the .torrent; blank: beside the data',
		}),
		choiceRow(place, 'Existing .torrent', isForced ? 'replace it' : 'keep it', {
			isFocused: focus === 'replace',
		}),
		[blank(width)],
		buttonRow([
			{ text: 'Back', isFocused: focus === 'back' },
			{ text: 'Next: make', isFocused: focus === 'next' },
		]),
	];
}

/** How many pieces an item gets. */
export function pieceCountOf(item: QueueItem, lengthBytes: number | undefined): number {
	return Math.ceil(item.totalBytes / (lengthBytes ?? automaticPieceLength(item.totalBytes)));
}

function piecesText(state: WizardState): string {
	const { isMeasuring, items } = state;
	if (isMeasuring) return 'counting files…';
	const good = items.filter(({ problem }) => problem === undefined);
	const lengthBytes = pieceLengthBytes(state);
	const [first] = good;
	if (first === undefined) return '';
	const counts = good.map((item) => pieceCountOf(item, lengthBytes));
	const least = Math.min(...counts);
	const most = Math.max(...counts);
	const each = good.length === 1 ? '' : `${good.length} torrents, `;
	const pieces = least === most ? piecesWord(most) : `${least} to ${piecesWord(most)}`;
	const own = automaticPieceLength(first.totalBytes);
	const length = lengthBytes === undefined && good.length === 1 ? ` of ${lengthText(own)}` : '';
	const total = formatSize(good.reduce((sum, item) => sum + item.totalBytes, 0));
	return `${each}${total}, ${pieces}${length}`;
}

/** `1 piece`, `1432 pieces`. */
export function piecesWord(count: number): string {
	return count === 1 ? '1 piece' : `${count} pieces`;
}

function lengthText(lengthBytes: number | undefined): string {
	if (lengthBytes === undefined) return 'by size';
	const kib = lengthBytes / 1024;
	return kib < 1024 ? `${kib} KiB` : `${kib / 1024} MiB`;
}
