/** What a peer may say on a connection without the Fast extension (BEP 6). */
import type { WireMessage } from './message.js';
import { WireError } from './wire-error.js';

const FAST_MESSAGES: ReadonlySet<WireMessage['type']> = new Set([
	'have-all',
	'have-none',
	'suggest',
	'reject',
	'allowed-fast',
]);

/**
 * Lenient where real clients are: a `bitfield` may come late or twice (aria2 sends one in mid-stream
 * instead of many `have`), requests may cross our choke, and extension messages may come from peers
 * that did not announce the protocol.
 * @param supportsFast - both handshakes had the Fast bit
 * @throws {WireError} `WIRE_UNEXPECTED_MESSAGE` when the peer may not send this message
 */
export function checkLegalMessage(message: WireMessage, supportsFast: boolean): void {
	if (supportsFast || !FAST_MESSAGES.has(message.type)) return;
	throw new WireError(
		'WIRE_UNEXPECTED_MESSAGE',
		`Message ${message.type} came without the Fast extension`,
	);
}
