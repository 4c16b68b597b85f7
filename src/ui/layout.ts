/** How the lines of the screen are shared out; the reducer scrolls by it, the screens draw by it. */

export const MIN_COLUMNS = 40;
export const MIN_ROWS = 10;
/** From this height on the list and the details are shown together. */
const SPLIT_ROWS = 30;
const MIN_DETAIL_ROWS = 14;
/** Two lines of header, the message line, the footer. */
const FRAME_ROWS = 4;

export interface Size {
	readonly columns: number;
	readonly rows: number;
}

export interface Layout {
	readonly isTooSmall: boolean;
	readonly isSplit: boolean;
	/** Lines between header and message line. */
	readonly body: number;
	/** Lines of torrents, without the column heads; at least 1. */
	readonly listRows: number;
	/** Lines of the details with their rule and tabs; 0 when closed. */
	readonly detailRows: number;
	/** Lines of a tab's content, or of a full page (help, log) below its rule; at least 1. */
	readonly contentRows: number;
}

export function layoutOf(size: Size, hasDetails: boolean, hasPage: boolean): Layout {
	const body = Math.max(1, size.rows - FRAME_ROWS);
	const isSplit = hasDetails && size.rows >= SPLIT_ROWS;
	const shared = Math.max(MIN_DETAIL_ROWS, Math.floor(body * 0.4));
	const detailRows = hasDetails ? (isSplit ? shared : body) : 0;
	return {
		isTooSmall: size.columns < MIN_COLUMNS || size.rows < MIN_ROWS,
		isSplit,
		body,
		listRows: Math.max(1, body - 1 - (isSplit ? detailRows : 0)),
		detailRows,
		contentRows: Math.max(1, hasPage ? body - 1 : detailRows - 2),
	};
}
