/** Runs the whole plan; `run.sh` has made the network. Arguments: parts of names of cases to run. */

import { rmSync } from 'node:fs';
import { chmod, mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hasCommand } from './installed.js';
import { makePayloads } from './payloads.js';
import { type PlannedSwarm, planSwarms } from './plan.js';
import { killAllPrograms, stopAllPrograms } from './program.js';
import { Scoreboard } from './scoreboard.js';
import { runSwarm } from './swarm.js';
import { runToolCases } from './tool-cases.js';
import { runWebSeedCases } from './web-seed-cases.js';

/** Without these there is nothing to run. */
const TOOLS = ['opentracker', 'mktorrent', 'cmp'] as const;

const isRequired = process.env['CI'] === 'true' || process.env['BTMANY_REQUIRE_PEERS'] === '1';

async function main(wanted: readonly string[]): Promise<number> {
	const scoreboard = new Scoreboard();
	const missing = TOOLS.filter((tool) => !hasCommand(tool));
	if (missing.length > 0) {
		console.log(`interop: missing: ${missing.join(', ')}`);
		if (isRequired) scoreboard.record({ name: 'tools', seconds: 0, failure: 'missing' }, () => '');
		else scoreboard.skip('every case', `${missing.join(', ')} not installed`);
		console.log(scoreboard.summary());
		return isRequired ? 1 : 0;
	}
	const work = await mkdtemp(path.join(tmpdir(), 'btmany-interop-'));
	// opentracker gives up root and still has to reach its folder.
	await chmod(work, 0o755);
	process.on('exit', () => {
		killAllPrograms();
		if (process.env['INTEROP_KEEP'] === undefined) {
			rmSync(work, { recursive: true, force: true });
		}
	});
	const originals = path.join(work, 'originals');
	const torrents = path.join(work, 'torrents');
	await Promise.all([mkdir(originals), mkdir(torrents)]);
	process.env['INTEROP_WORK'] = work;
	process.env['INTEROP_ORIGINALS'] = originals;
	const payloads = await makePayloads(originals, torrents);
	await runToolCases(payloads['mixed-http'], wanted, isRequired, scoreboard);
	const fromWeb = [payloads['mixed-trackerless'], payloads['50MiB-http']];
	await runWebSeedCases(fromWeb, wanted, isRequired, scoreboard);
	for (const swarm of planSwarms(payloads)) {
		const isWanted = swarm.cases.some(({ name }) => wanted.some((part) => name.includes(part)));
		if (isWanted || wanted.length === 0) await runOrSkip(swarm, scoreboard);
	}
	console.log(scoreboard.summary());
	return scoreboard.hasFailures ? 1 : 0;
}

async function runOrSkip(swarm: PlannedSwarm, scoreboard: Scoreboard): Promise<void> {
	const missing = swarm.needs.filter((client) => !client.isInstalled());
	if (missing.length === 0) {
		await runSwarm(swarm, scoreboard);
		return;
	}
	const reason = `${missing.map((client) => client.name).join(', ')} not installed`;
	for (const { name } of swarm.cases) {
		if (isRequired) scoreboard.record({ name, seconds: 0, failure: reason }, () => '');
		else scoreboard.skip(name, reason);
	}
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
	process.once(signal, () => {
		console.log(`interop: ${signal}, ending what was started`);
		void stopAllPrograms().then(
			() => process.exit(130),
			() => process.exit(130),
		);
	});
}

process.exitCode = await main(process.argv.slice(2));
