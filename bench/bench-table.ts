/** The one table of benches: `npm run bench -- NAME`. One line for each. */
import { dashboardBench } from './benches/dashboard.js';
import { downloadBench } from './benches/download.js';
import { makeBench } from './benches/make.js';
import { manyBench } from './benches/many.js';
import { microBench } from './benches/micro.js';
import { pausesBench } from './benches/pauses.js';
import { recheckBench } from './benches/recheck.js';
import { seedBench } from './benches/seed.js';
import { startupBench } from './benches/startup.js';
import { swarmBench } from './benches/swarm.js';
import type { Bench } from './rounds/bench-plan.js';

export const benches: readonly Bench[] = [
	// One to a line, so that two branches that add one do not collide.
	dashboardBench,
	downloadBench,
	manyBench,
	microBench,
	pausesBench,
	seedBench,
	startupBench,
	swarmBench,
	makeBench,
	recheckBench,
];
