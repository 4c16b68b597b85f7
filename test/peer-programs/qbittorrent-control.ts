/** How qbittorrent-nox is set up for loopback and driven, by the interop suite and the benches alike. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';

export interface QbittorrentPlace {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
	/** Of the payload. */
	readonly folder: string;
}

/** @param api where its web API is, as `http://127.0.0.1:PORT/api/v2` */
export async function addToQbittorrent(
	api: string,
	torrentPath: string,
	folder: string,
): Promise<void> {
	const form = new FormData();
	form.set('torrents', new Blob([await readFile(torrentPath)]), path.basename(torrentPath));
	form.set('savepath', folder);
	form.set('autoTMM', 'false');
	const answer = await fetch(`${api}/torrents/add`, { method: 'POST', body: form });
	const said = await answer.text();
	if (!answer.ok || said !== 'Ok.') throw new Error(`qbittorrent: add: ${answer.status} ${said}`);
}

/**
 * Lines of `qBittorrent.conf`: TCP on one address, nothing that finds peers by itself.
 *
 * @param session further lines of its section `BitTorrent`
 */
export function qbittorrentConfig(
	place: QbittorrentPlace,
	webPort: number,
	session: readonly string[] = [],
): readonly string[] {
	return [
		'[LegalNotice]',
		'Accepted=true',
		'[BitTorrent]',
		'Session\\DHTEnabled=false',
		'Session\\LSDEnabled=false',
		'Session\\PeXEnabled=false',
		`Session\\Port=${place.port}`,
		`Session\\InterfaceAddress=${place.address}`,
		'Session\\Interface=lo',
		'Session\\InterfaceName=lo',
		'Session\\BTProtocol=TCP',
		'Session\\MultiConnectionsPerIp=true',
		'Session\\QueueingSystemEnabled=false',
		`Session\\DefaultSavePath=${place.folder}`,
		'Session\\Preallocation=false',
		...session,
		'[Network]',
		'PortForwardingEnabled=false',
		'[Preferences]',
		'WebUI\\Address=127.0.0.1',
		`WebUI\\Port=${webPort}`,
		'WebUI\\LocalHostAuth=false',
		'WebUI\\UseUPnP=false',
		'General\\Locale=en',
	];
}
