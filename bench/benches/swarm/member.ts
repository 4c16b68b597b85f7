/** A member of a swarm as the bench drives it: a process that tells when it is complete and what it moved. */
import path from 'node:path';
import { PYTHON } from '../../contenders/installed.js';
import { benchFolder, compiledFolder, distFolder } from '../../machine/project-folders.js';
import { makeGate } from '../../processes/gate.js';
import { MeasuredProcess } from '../../processes/measured-process.js';

/** What a member is told on its command line, as JSON. */
export interface MemberPlan {
	readonly role: 'seeder' | 'leecher';
	readonly address: string;
	readonly port: number;
	readonly folder: string;
	readonly home: string;
	readonly torrentPath: string;
	readonly uploadBytesPerSecond: number;
	readonly uploadSlots: number;
}

/** What it tells when it is asked `report`. Payload only. */
export interface MemberReport {
	readonly sentBytes: number;
	readonly receivedBytes: number;
	readonly wastedBytes: number;
}

export type Kind = 'btmany' | 'libtorrent';

const REPORT_LIMIT_MS = 10_000;

export class Member {
	readonly plan: MemberPlan;
	readonly process: MeasuredProcess;
	readonly complete: Promise<void>;
	#onReport: (report: MemberReport) => void = () => undefined;

	constructor(kind: Kind, plan: MemberPlan) {
		this.plan = plan;
		const completed = makeGate();
		this.complete = completed.opened;
		const [command, script] =
			kind === 'btmany'
				? [process.execPath, path.join(compiledFolder, 'bench/benches/swarm/btmany-member.js')]
				: [PYTHON, path.join(benchFolder, 'benches/swarm/libtorrent-member.py')];
		this.process = new MeasuredProcess(command, [script, JSON.stringify(plan)], {
			home: plan.home,
			logPath: path.join(plan.home, 'member.log'),
			stdin: 'pipe',
			env: { BENCH_DIST: distFolder() },
			onLine: (line) => {
				if (line === 'complete') completed.open();
				else if (line.startsWith('{')) this.#onReport(JSON.parse(line) as MemberReport);
			},
		});
	}

	report(): Promise<MemberReport> {
		const report = new Promise<MemberReport>((resolve) => {
			this.#onReport = resolve;
		});
		this.process.write('report\n');
		return this.process.expect('a report', report, REPORT_LIMIT_MS);
	}
}
