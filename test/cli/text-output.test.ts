import { EventEmitter } from 'node:events';
import test from 'ava';
import { textOutput } from '../../src/cli/text-output.js';

class FakeStream extends EventEmitter {
	readonly written: string[] = [];
	write(text: string): boolean {
		this.written.push(text);
		return true;
	}
}

test('an error of the stream is told once, and nothing is written any more', (t) => {
	const stream = new FakeStream();
	const output = textOutput(stream);
	let told = 0;
	output.onClosed(() => told++);
	output.write('a');
	stream.emit('error', new Error('EPIPE'));
	stream.emit('error', new Error('EPIPE'));
	output.write('b');
	t.is(told, 1);
	t.deepEqual(stream.written, ['a']);
});

test('who asks after the end is told too', async (t) => {
	const stream = new FakeStream();
	const output = textOutput(stream);
	stream.emit('error', new Error('EPIPE'));
	await t.notThrowsAsync(new Promise<void>((resolve) => output.onClosed(resolve)));
});
