import { readFile } from 'node:fs/promises';
import test from 'ava';
import { eventJson, eventText } from '../../../src/cli/output/event-text.js';
import { statsEvent } from '../../../src/cli/output/stats-event.js';
import { sessionSnapshot } from './snapshots.js';

const event = statsEvent(sessionSnapshot().stats);

test('the stats of the engine are one flat object of numbers', (t) => {
	const { time, type, ...fields } = JSON.parse(eventJson(event, 0)) as Record<string, unknown>;
	t.deepEqual([time, type], ['1970-01-01T00:00:00.000Z', 'stats']);
	t.like(fields, {
		eventLoopLagP50Ms: 0.1,
		eventLoopLagP99Ms: 3.4,
		eventLoopLagMaxMs: 18.2,
		ringSlots: 4096,
		ringUsedSlots: 96,
		diskQueueJobs: 3,
		diskQueueBytes: 49_152,
		connections: 7,
		maxConnections: 500,
	});
	for (const value of Object.values(fields)) t.is(typeof value, 'number');
});

test('every field of the stats is documented', async (t) => {
	const page = await readFile('docs/json-lines.md', 'utf8');
	for (const field of Object.keys(event).filter((name) => name !== 'type'))
		t.true(page.includes(`\`${field}\``), field);
});

test('as a line for people the stats are short', (t) => {
	t.is(
		eventText(event, 0),
		'1970-01-01T00:00:00Z stats event loop 3.4 ms; ring 96 of 4096; disk 3 jobs 49.2 kB; 7 connections; memory 123.0 MB',
	);
});
