/** Peer ids (BEP 20): ours, and the names of other clients read from theirs. */
import type { Random } from './clock.js';

/** `-BY` + four version characters + `-`, then twelve random letters and digits. */
const OUR_PREFIX = '-BY0100-';
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

const CLIENTS: Readonly<Record<string, string>> = {
	'7T': 'aTorrent',
	A2: 'aria2',
	AZ: 'Azureus',
	BC: 'BitComet',
	BI: 'BiglyBT',
	BT: 'BitTorrent',
	BY: 'btmany',
	DE: 'Deluge',
	FD: 'Free Download Manager',
	KT: 'KTorrent',
	LT: 'libtorrent',
	PI: 'PicoTorrent',
	TR: 'Transmission',
	TX: 'Tixati',
	UM: 'uTorrent Mac',
	UT: 'uTorrent',
	WW: 'WebTorrent',
	lt: 'rTorrent',
	qB: 'qBittorrent',
	rQ: 'rqbit',
};

/** A new peer id of 20 bytes. */
export function makePeerId(random: Random): Uint8Array {
	let text = OUR_PREFIX;
	while (text.length < 20) text += ALPHABET[Math.floor(random() * ALPHABET.length)];
	return Uint8Array.from(Buffer.from(text, 'latin1'));
}

/**
 * The client a peer id names, e.g. `Transmission 3.0.0`; `unknown` when it names none.
 * Only letters, digits and dots of the id ever come back.
 */
export function clientName(peerId: Uint8Array): string {
	const text = Buffer.from(peerId).toString('latin1');
	const azureus = /^-([A-Za-z0-9]{2})([A-Za-z0-9]{4})-/.exec(text);
	if (azureus !== null) {
		const code = azureus[1] ?? '';
		const digits = Array.from(azureus[2] ?? '', (digit) => Number.parseInt(digit, 36));
		while (digits.length > 2 && digits.at(-1) === 0) digits.pop();
		return `${CLIENTS[code] ?? code} ${digits.join('.')}`;
	}
	const mainline = /^M(\d+)-(\d+)-(\d+)-/.exec(text);
	if (mainline !== null) return `BitTorrent ${mainline[1]}.${mainline[2]}.${mainline[3]}`;
	if (/^T03[A-Z]-/.test(text)) return 'BitTornado 0.3';
	if (text.startsWith('A2-'))
		return `aria2 ${(/^A2-([\d-]+)-/.exec(text)?.[1] ?? '').replaceAll('-', '.')}`;
	return 'unknown';
}
