/** The four flags of a connection (BEP 3), what changes them, and what a peer may say when. */
import type { WireMessage } from './message.js';
import { WireError } from './wire-error.js';

/** Messages that only exist between two peers with the Fast extension (BEP 6). */
const FAST_MESSAGES: ReadonlySet<WireMessage['type']> = new Set([
	'have-all',
	'have-none',
	'suggest',
	'reject',
	'allowed-fast',
]);

export interface WireState {
	readonly amChoking: boolean;
	readonly amInterested: boolean;
	readonly peerChoking: boolean;
	readonly peerInterested: boolean;
	/** Both handshakes had the Fast bit (BEP 6). */
	readonly supportsFast: boolean;
	/** Both handshakes had the extension bit (BEP 10). */
	readonly supportsExtensions: boolean;
}

/** Both sides start choked and not interested. */
export function initialWireState(supports: {
	readonly supportsFast: boolean;
	readonly supportsExtensions: boolean;
}): WireState {
	return {
		amChoking: true,
		amInterested: false,
		peerChoking: true,
		peerInterested: false,
		supportsFast: supports.supportsFast,
		supportsExtensions: supports.supportsExtensions,
	};
}

/** The state after a message from the peer; the same object when nothing changed. */
export function stateAfter(message: WireMessage, state: WireState): WireState {
	const { type } = message;
	if (type === 'choke' || type === 'unchoke') {
		const peerChoking = type === 'choke';
		return peerChoking === state.peerChoking ? state : { ...state, peerChoking };
	}
	if (type === 'interested' || type === 'not-interested') {
		const peerInterested = type === 'interested';
		return peerInterested === state.peerInterested ? state : { ...state, peerInterested };
	}
	return state;
}

/**
 * May a peer send this message on this connection?
 *
 * Lenient where real clients are: a `bitfield` may come late or twice (aria2 sends one in
 * mid-stream instead of many `have`), and so may `have-all` and `have-none`; extension messages
 * may come from peers that did not announce the protocol. Requests while choked are legal, they
 * cross our choke on the way: see `requestVerdict`.
 */
export function isLegalMessage(message: WireMessage, state: WireState): boolean {
	return state.supportsFast || !FAST_MESSAGES.has(message.type);
}

/** @throws {WireError} `WIRE_UNEXPECTED_MESSAGE` when the peer may not send this message */
export function checkLegalMessage(message: WireMessage, state: WireState): void {
	if (isLegalMessage(message, state)) return;
	throw new WireError(
		'WIRE_UNEXPECTED_MESSAGE',
		`Message ${message.type} came without the Fast extension`,
	);
}
