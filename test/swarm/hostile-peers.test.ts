/** Hostile peers against a session that seeds, in a process of its own, on real sockets. */
import test from 'ava';
import { hangUpAll } from '../helpers/hostile-connection.js';
import { PROBES } from '../helpers/hostile-probes.js';
import { servesBlock, servesWhole } from '../helpers/hostile-target.js';
import {
	type Memory,
	startTargetProcess,
	type TargetProcess,
} from '../helpers/hostile-target-process.js';

const MAX_GROWTH_BYTES = 5 * 1024 * 1024;

const WHAT_FOLLOWS = {
	closed: 'ends the connection',
	rejected: 'is rejected and the connection goes on',
	ignored: 'is ignored and the connection goes on',
	served: 'is served',
} as const;

let target: TargetProcess;
let calm: Memory;

test.before(async () => {
	target = await startTargetProcess();
	// What an honest peer costs is not what the hostile ones cost.
	for (let round = 0; round < 3; round++) await servesWhole(target);
	calm = await target.memory();
});

test.after.always(() => target.close());

for (const probe of PROBES) {
	test.serial(`${probe.name} ${WHAT_FOLLOWS[probe.expected]}, and others are served`, async (t) => {
		t.is(await probe.run(target), probe.expected);
		t.true(await servesBlock(target));
		hangUpAll();
	});
}

test.serial('after all of it a new peer is unchoked and gets the whole payload', async (t) => {
	t.true(await servesWhole(target));
});

test.serial(
	'none of it leaves anything in memory, and two more rounds cost less than 5 MB',
	async (t) => {
		const once = await target.memory();
		const heldBytes = once.heldBytes - calm.heldBytes;
		t.log(
			`after one round ${heldBytes} bytes more held, ${once.rssBytes - calm.rssBytes} resident`,
		);
		t.true(heldBytes < MAX_GROWTH_BYTES, `${heldBytes} bytes`);
		for (let round = 0; round < 2; round++) {
			for (const probe of PROBES) {
				await probe.run(target);
				hangUpAll();
			}
		}
		t.true(await servesWhole(target));
		const grownBytes = (await target.memory()).rssBytes - once.rssBytes;
		t.log(`after two more ${grownBytes} bytes more resident`);
		t.true(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes`);
	},
);
