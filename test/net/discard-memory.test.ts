import test from 'ava';
import { discardMemory } from '../../src/net/discard-memory.js';

const BYTES = 65_536;

test('memory that is handed back is gone at once, for every view of it', (t) => {
	const memory = new ArrayBuffer(BYTES);
	const other = new Uint8Array(memory, 100);
	discardMemory(new Uint8Array(memory));
	t.is(memory.byteLength, 0);
	t.is(other.byteLength, 0);
	discardMemory(other);
});

test('memory is handed back again and again, also in later turns', async (t) => {
	for (let i = 0; i < 3; i++) {
		const bytes = new Uint8Array(BYTES);
		discardMemory(bytes);
		t.is(bytes.byteLength, 0);
		await new Promise<void>((resolve) => setImmediate(resolve));
	}
});

test('memory that others may use, or share between threads, is left alone', (t) => {
	const part = new Uint8Array(new ArrayBuffer(BYTES + 1), 0, BYTES);
	const shared = new Uint8Array(new SharedArrayBuffer(BYTES));
	const small = new Uint8Array(1000);
	for (const bytes of [part, shared, small]) discardMemory(bytes);
	t.is(part.byteLength, BYTES);
	t.is(shared.byteLength, BYTES);
	t.is(small.byteLength, 1000);
});
