import test from 'ava';
import { checkLegalMessage } from '../../src/wire/legal-message.js';
import type { WireMessage } from '../../src/wire/message.js';

const block = { piece: 0, offsetBytes: 0, lengthBytes: 16_384 };
const fastOnly: readonly WireMessage[] = [
	{ type: 'have-all' },
	{ type: 'have-none' },
	{ type: 'suggest', piece: 0 },
	{ type: 'allowed-fast', piece: 0 },
	{ type: 'reject', ...block },
];
const plain: readonly WireMessage[] = [
	{ type: 'keep-alive' },
	{ type: 'bitfield', bytes: new Uint8Array(1) },
	{ type: 'request', ...block },
	{ type: 'extended', id: 0, payload: new Uint8Array(0) },
];

for (const message of fastOnly) {
	test(`${message.type} needs the Fast extension`, (t) => {
		t.throws(() => checkLegalMessage(message, false), { code: 'WIRE_UNEXPECTED_MESSAGE' });
		t.notThrows(() => checkLegalMessage(message, true));
	});
}

test('everything else may be said by anybody', (t) => {
	for (const message of plain) t.notThrows(() => checkLegalMessage(message, false));
});
