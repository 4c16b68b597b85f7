/** Everything a frame is made from: immutable, so that the same model gives the same frame. */
import type { TorrentSnapshot } from '../session/snapshot.js';
import type { Row } from './row.js';
import type { ScreenStats } from './screen-meter.js';
import type { Theme } from './theme.js';
import type { ViewData, ViewState } from './view-state.js';

export interface ScreenModel extends ViewData {
	readonly view: ViewState;
	readonly theme: Theme;
	/** Name of the program, or of what it watches. */
	readonly title: string;
	/** Minutes the local clock is ahead of UTC. */
	readonly utcOffsetMinutes: number;
	/** What the screen costs, as of the newest data. */
	readonly screen: ScreenStats;
}

/** Makes the content of a tab: at most `height` rows of exactly `width` columns. */
export type TabRenderer = (
	model: ScreenModel,
	torrent: TorrentSnapshot,
	width: number,
	height: number,
) => readonly Row[];
