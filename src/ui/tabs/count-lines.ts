/** How long the content of a tab or page is: what scrolling stops at. */
import { DEBUG_LINES } from '../screens/debug.js';
import { countHelpLines } from '../screens/help.js';
import { selectedTorrent, type ViewData, type ViewState } from '../view-state.js';
import { countLogLines } from './log-tab.js';
import { countOverviewLines } from './overview-tab.js';
import { countTrackerLines } from './trackers-tab.js';

/** Lines of the open page or tab with its heads; for files their number. */
export function countLines(view: ViewState, data: ViewData): number {
	const width = view.size.columns;
	if (view.page === 'help') return countHelpLines(width);
	if (view.page === 'log') return countLogLines(data.snapshot.notices, undefined, width);
	if (view.page === 'debug') return DEBUG_LINES;
	const torrent = selectedTorrent(view, data);
	if (torrent === undefined) return 0;
	switch (view.tab) {
		case 'Overview':
			return countOverviewLines(torrent, data.detail, width);
		case 'Files':
			return data.detail?.files.length ?? 0;
		case 'Trackers':
			return countTrackerLines(data.detail?.trackers ?? [], width);
		case 'Peers':
			return (data.detail?.peers.length ?? 0) + 1;
		case 'Log':
			return countLogLines(data.snapshot.notices, torrent.infohash, width);
	}
}
