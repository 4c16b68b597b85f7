/** The details of the selected torrent: a rule with its name, the tabs, the open tab. */

import { cleanText } from '../../primitives/clean-text.js';
import { clipText } from '../../primitives/fit-text.js';
import type { TorrentSnapshot } from '../../session/snapshot.js';
import { type Cell, type Row, rowWidth, span } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import { renderFilesTab } from '../tabs/files-tab.js';
import { renderLogTab } from '../tabs/log-tab.js';
import { renderOverviewTab } from '../tabs/overview-tab.js';
import { renderPeersTab } from '../tabs/peers-tab.js';
import { renderTrackersTab } from '../tabs/trackers-tab.js';
import { TABS, type Tab } from '../view-state.js';

const RENDERERS: Readonly<Record<Tab, TabRenderer>> = {
	Overview: renderOverviewTab,
	Files: renderFilesTab,
	Trackers: renderTrackersTab,
	Peers: renderPeersTab,
	Log: renderLogTab,
};

/** Exactly `height` rows or fewer; the screen fills up with blanks. */
export function renderDetails(
	model: ScreenModel,
	torrent: TorrentSnapshot,
	width: number,
	height: number,
): readonly Row[] {
	const content = RENDERERS[model.view.tab](model, torrent, width, height - 2);
	return [renderRule(model, torrent.name, width), renderTabs(model, width), ...content];
}

/** A line across the screen with a title in it. */
export function renderRule({ theme }: ScreenModel, title: string, width: number): Row {
	const { rule, ellipsis } = theme.glyphs;
	const text = span(` ${clipText(cleanText(title), width - 8, ellipsis)} `, 'title');
	const rest = Math.max(0, width - 2 - text.width);
	return [span(rule.repeat(2), 'dim'), text, span(rule.repeat(rest), 'dim')];
}

function renderTabs({ view }: ScreenModel, width: number): Row {
	const isFocused = view.focus === 'details';
	const tabs = (hasNames: boolean): Cell[] =>
		TABS.map((tab, index) => {
			const name = hasNames || tab === view.tab ? ` ${index + 1} ${tab} ` : ` ${index + 1} `;
			return span(name, tab === view.tab ? (isFocused ? 'chosen' : 'title') : undefined);
		});
	const whole = tabs(true);
	return rowWidth(whole) <= width ? whole : tabs(false);
}
