/** The second page: trackers in tiers, profiles of them, and what is doubtful. Also the page for edits. */
import { cleanText } from '../../../primitives/clean-text.js';
import { blank, cell, type Row } from '../../row.js';
import { wrapText } from '../../wrap-text.js';
import { trackersOf } from '../wizard-pages.js';
import { buttonRow, choiceRow, labelCell, linesRows, textRow } from './draw-field.js';
import type { WizardModel } from './wizard-model.js';

const LABEL_WIDTH = 18;
const MIN_LINES = 3;

export function trackersRows(
	{ state, theme }: WizardModel,
	width: number,
	height: number,
): readonly Row[] {
	const { edited, focus, profiles, task, texts } = state;
	const isEdit = task.type === 'edit';
	if (isEdit && edited === undefined) return [[cell(theme, ' Reading the file…', width)]];
	const place = { theme, width, labelWidth: LABEL_WIDTH };
	const doubts = doubtRows(state, width, theme);
	const profile = profiles[state.profileIndex];
	const below: Row[] = [
		choiceRow(place, 'Profile', profile?.name ?? 'none saved yet', {
			isFocused: focus === 'profile',
			note: profiles.length > 1 ? `${state.profileIndex + 1} of ${profiles.length}` : '',
		}),
		textRow(place, 'Save as profile', texts['profile-name'], {
			isFocused: focus === 'profile-name',
			hint: 'a name; "default" is taken every time',
		}),
		buttonRow([{ text: 'Copy from a .torrent or .thost', isFocused: focus === 'copy' }]),
		[blank(width)],
	];
	if (isEdit)
		below.push(
			textRow(place, 'Comment', texts.comment, { isFocused: focus === 'comment' }),
			[blank(width)],
			buttonRow([
				{ text: 'Save', isFocused: focus === 'save' },
				{ text: 'Cancel', isFocused: focus === 'cancel' },
			]),
		);
	else
		below.push(
			buttonRow([
				{ text: 'Back', isFocused: focus === 'back' },
				{ text: 'Next: options', isFocused: focus === 'next' },
			]),
		);
	const linesHeight = Math.max(MIN_LINES, height - below.length - doubts.length - 4);
	return [
		textRow(place, 'Main tracker', texts.main, {
			isFocused: focus === 'main',
			hint: 'blank: the first of the lines',
		}),
		[
			...labelCell(place, 'Trackers', focus === 'tiers'),
			blank(2),
			cell(theme, 'a line a tier, tried from the top', width - LABEL_WIDTH - 2, { role: 'dim' }),
		],
		...linesRows(theme, texts.tiers, {
			width,
			height: linesHeight,
			isFocused: focus === 'tiers',
			hint: 'http://tracker.example/announce',
		}),
		...doubts,
		[blank(width)],
		...below,
	];
}

function doubtRows(
	state: WizardModel['state'],
	width: number,
	theme: WizardModel['theme'],
): readonly Row[] {
	const { plan, problem, warnings } = trackersOf(state);
	const texts = problem === undefined ? warnings : [problem];
	if (texts.length === 0) {
		const isEmpty = plan?.announce === undefined;
		return [
			[cell(theme, isEmpty ? '  No tracker: peers must be told of it otherwise' : '', width)],
		];
	}
	const role = problem === undefined ? 'warn' : 'error';
	return texts.flatMap((text) =>
		wrapText(cleanText(`! ${text}`), width - 4).map(
			(line, index): Row => [
				blank(index === 0 ? 2 : 4),
				cell(theme, line, width - (index === 0 ? 2 : 4), { role }),
			],
		),
	);
}
