/** How the program itself is doing, as one flat event for `--json`. */
import type { EngineStats } from '../../session/snapshot.js';
import type { StatsEvent } from './output-event.js';

/** Everything in one level, so that it can be charted without knowing its shape. */
export function statsEvent(stats: EngineStats): StatsEvent {
	const { eventLoopLag, readCache } = stats;
	return {
		type: 'stats',
		eventLoopLagP50Ms: eventLoopLag.p50Ms,
		eventLoopLagP99Ms: eventLoopLag.p99Ms,
		eventLoopLagMaxMs: eventLoopLag.maxMs,
		ringSlots: stats.ringSlots,
		ringUsedSlots: stats.ringSlots - stats.ringFreeSlots,
		diskQueueJobs: stats.diskQueue,
		diskQueueBytes: stats.diskQueueBytes,
		diskWorkers: stats.diskWorkers,
		readCacheBytes: readCache.bytes,
		readCacheUsedBytes: readCache.usedBytes,
		readCachePinnedBytes: readCache.pinnedBytes,
		readCacheHits: readCache.hits,
		readCacheMisses: readCache.misses,
		connections: stats.connections,
		halfOpen: stats.halfOpen,
		maxConnections: stats.maxConnections,
		rssBytes: stats.rssBytes,
		uptimeSeconds: stats.uptimeSeconds,
	};
}
