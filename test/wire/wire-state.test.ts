import test from 'ava';
import {
	checkLegalMessage,
	initialWireState,
	isLegalMessage,
	stateAfter,
} from '../../src/wire/wire-state.js';
import { WIRE_VECTORS } from './wire-vectors.js';

const fast = initialWireState({ supportsFast: true, supportsExtensions: true });
const plain = initialWireState({ supportsFast: false, supportsExtensions: false });

test('a connection starts choked and not interested on both sides', (t) => {
	t.like(plain, { amChoking: true, peerChoking: true, amInterested: false, peerInterested: false });
});

test("the peer's choke and interest messages change its flags and no others", (t) => {
	const unchoked = stateAfter({ type: 'unchoke' }, fast);
	t.deepEqual(unchoked, { ...fast, peerChoking: false });
	t.deepEqual(stateAfter({ type: 'choke' }, unchoked), fast);
	const interested = stateAfter({ type: 'interested' }, fast);
	t.deepEqual(interested, { ...fast, peerInterested: true });
	t.deepEqual(stateAfter({ type: 'not-interested' }, interested), fast);
});

test('a message that changes nothing gives back the same state', (t) => {
	t.is(stateAfter({ type: 'choke' }, fast), fast);
	t.is(stateAfter({ type: 'not-interested' }, fast), fast);
	t.is(stateAfter({ type: 'have', piece: 1 }, fast), fast);
});

test('everything is legal between Fast peers', (t) => {
	for (const { message } of WIRE_VECTORS) t.true(isLegalMessage(message, fast), message.type);
});

test('the five Fast messages are illegal between plain peers, all others are legal', (t) => {
	const illegal = WIRE_VECTORS.filter(({ message }) => !isLegalMessage(message, plain));
	t.deepEqual(
		illegal.map(({ message }) => message.type),
		['suggest', 'have-all', 'have-none', 'reject', 'allowed-fast'],
	);
	t.throws(() => checkLegalMessage({ type: 'have-all' }, plain), {
		code: 'WIRE_UNEXPECTED_MESSAGE',
	});
	t.notThrows(() => checkLegalMessage({ type: 'bitfield', bytes: new Uint8Array(1) }, plain));
});
