/** The connected peers, the busiest first. */
import type { PeerSnapshot } from '../../session/snapshot.js';
import { formatBar, formatPercent, formatRate, formatSize } from '../format.js';
import { cell, type Row } from '../row.js';
import type { ScreenModel, TabRenderer } from '../screen-model.js';
import { Table, type TableColumn } from '../table.js';

const WIDE = 110;
const CLIENT_WIDTH = 60;

/** What the letters of the FLAGS column mean. */
export const PEER_FLAGS: readonly (readonly [flag: string, meaning: string])[] = [
	['D', 'we download'],
	['d', 'we want, peer chokes'],
	['K', 'unchoked, not wanted'],
	['U', 'we upload'],
	['u', 'peer wants, we choke'],
	['O', 'optimistic unchoke'],
	['S', 'snubbed'],
	['I', 'incoming'],
	['T', 'from a tracker'],
	['R', 'known from before'],
	['M', 'named by hand'],
	['H', 'HTTP seed'],
];

const SOURCE_FLAGS: Readonly<Record<string, string>> = {
	tracker: 'T',
	resume: 'R',
	option: 'M',
	http: 'H',
};

/** The state of a connection, a letter or a blank in each of six places. */
export function peerFlags(peer: PeerSnapshot): string {
	const wanting = peer.peerChoking ? 'd' : 'D';
	const idle = peer.peerChoking ? ' ' : 'K';
	const giving = peer.amChoking ? 'u' : 'U';
	return [
		peer.amInterested ? wanting : idle,
		peer.peerInterested ? giving : ' ',
		peer.isOptimistic ? 'O' : ' ',
		peer.isSnubbed ? 'S' : ' ',
		peer.isIncoming ? 'I' : ' ',
		SOURCE_FLAGS[peer.source] ?? ' ',
	].join('');
}

export const renderPeersTab: TabRenderer = (model, _torrent, width, height) => {
	const peers = [...(model.detail?.peers ?? [])].sort(comparePeers);
	if (model.detail !== undefined && peers.length === 0)
		return [[cell(model.theme, ' No peers connected', width, { role: 'dim' })]];
	const table = new Table(columnsFor(model, width), width, model.theme);
	const top = model.view.contentTop;
	const rows: Row[] = [table.head()];
	for (const peer of peers.slice(top, top + height - 1)) rows.push(table.row(peer));
	return rows;
};

function columnsFor({ theme }: ScreenModel, width: number): readonly TableColumn<PeerSnapshot>[] {
	const flags: TableColumn<PeerSnapshot> = { title: 'FLAGS', width: 6, text: peerFlags };
	const done = right('DONE', 5, (peer) => formatPercent(peer.progress));
	const rates: TableColumn<PeerSnapshot>[] = [
		{ ...right('DOWN', 6, (peer) => formatRate(peer.downloadRate)), role: () => 'down' },
		{ ...right('UP', 6, (peer) => formatRate(peer.uploadRate)), role: () => 'up' },
	];
	const client: TableColumn<PeerSnapshot> = {
		title: 'CLIENT',
		width: 0,
		text: (peer) => peer.client,
	};
	if (width < CLIENT_WIDTH) return [flags, address(0), done, ...rates];
	if (width < WIDE) return [flags, address(21), client, done, ...rates];
	return [
		flags,
		address(42),
		client,
		{
			title: 'PROGRESS',
			width: 12,
			text: (peer, room) => formatBar(peer.progress, room, theme.glyphs),
			role: (peer) => (peer.isSeed ? 'ok' : 'down'),
		},
		done,
		...rates,
		right('RECV', 6, (peer) => formatSize(peer.downloadedBytes)),
		right('SENT', 6, (peer) => formatSize(peer.uploadedBytes)),
		right('REQ', 5, (peer) =>
			peer.requestsOut + peer.requestsIn === 0 ? '' : `${peer.requestsOut}/${peer.requestsIn}`,
		),
	];
}

function address(width: number): TableColumn<PeerSnapshot> {
	return { title: 'ADDRESS', width, text: (peer) => peer.endpoint };
}

function right(
	title: string,
	width: number,
	text: (peer: PeerSnapshot) => string,
): TableColumn<PeerSnapshot> {
	return { title, width, align: 'right', text };
}

function comparePeers(a: PeerSnapshot, b: PeerSnapshot): number {
	const rate = b.downloadRate + b.uploadRate - a.downloadRate - a.uploadRate;
	if (rate !== 0) return rate;
	return a.endpoint < b.endpoint ? -1 : a.endpoint > b.endpoint ? 1 : 0;
}
