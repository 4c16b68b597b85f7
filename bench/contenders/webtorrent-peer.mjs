// Downloads one torrent until it is stopped; prints `complete` when it has all.
// usage: webtorrent-peer.mjs FOLDER-OF-NODE_MODULES ADDRESS PORT FOLDER FILE.torrent
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [modules, , port, folder, torrentPath] = process.argv.slice(2);
const WebTorrent = createRequire(`${modules}/`)('webtorrent');
const client = new WebTorrent({
	dht: false,
	lsd: false,
	natUpnp: false,
	natPmp: false,
	utPex: false,
	utp: false,
	webSeeds: false,
	torrentPort: Number(port),
	tracker: { wrtc: false },
});
client.on('error', (error) => {
	console.error(error.message);
	process.exit(1);
});
const torrent = client.add(readFileSync(torrentPath), { path: folder });
torrent.on('warning', (warning) => console.error(String(warning)));
torrent.on('done', () => console.log('complete'));
