/**
 * Torrents that wait for their check. When one check ends the next on its volume begins at once,
 * without planning the whole queue anew: thousands of small checks would take minutes otherwise.
 */
import type { Torrent } from '../torrent/torrent.js';

export class CheckLine {
	/** By volume, the next one last. */
	readonly #waiting = new Map<number, Torrent[]>();
	readonly #running = new Set<Torrent>();

	/** After each plan. @param torrents - in queue order */
	refill(torrents: readonly Torrent[]): void {
		this.#waiting.clear();
		this.#running.clear();
		for (const torrent of torrents.toReversed()) {
			if (isWaiting(torrent)) {
				const line = this.#waiting.get(torrent.volume);
				if (line === undefined) this.#waiting.set(torrent.volume, [torrent]);
				else line.push(torrent);
			} else if (torrent.state === 'checking' && torrent.needsCheck) this.#running.add(torrent);
		}
	}

	/** A torrent changed: if that was the end of its check, the next takes its place. */
	changed(torrent: Torrent): void {
		if (torrent.state === 'checking' && torrent.needsCheck) return;
		if (!this.#running.delete(torrent)) return;
		const line = this.#waiting.get(torrent.volume) ?? [];
		for (let next = line.pop(); next !== undefined; next = line.pop()) {
			if (!isWaiting(next)) continue;
			this.#running.add(next);
			next.enter('checking');
			return;
		}
	}
}

function isWaiting(torrent: Torrent): boolean {
	return (
		torrent.state === 'queued' &&
		torrent.isReady &&
		torrent.needsCheck &&
		!torrent.isPaused &&
		torrent.problem === undefined
	);
}
