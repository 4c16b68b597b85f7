/** A session without an engine: shows a snapshot, remembers commands, does the simple ones. */
import type { Infohash } from '../../src/primitives/infohash.js';
import type { CommandResult, SessionApi, SessionCommand } from '../../src/session/session-api.js';
import type {
	SessionSnapshot,
	TorrentDetail,
	TorrentSnapshot,
	TorrentState,
} from '../../src/session/snapshot.js';
import { makeDetail } from './detail-fixtures.js';
import { makeSnapshot } from './fixtures.js';

export class FakeSession implements SessionApi {
	readonly commands: SessionCommand[] = [];
	/** What the next commands come back with. */
	result: CommandResult = { ok: true };
	readonly watched = new Set<Infohash>();
	#snapshot: SessionSnapshot;
	readonly #listeners = new Set<() => void>();

	constructor(snapshot: SessionSnapshot = makeSnapshot()) {
		this.#snapshot = snapshot;
	}

	getSnapshot(): SessionSnapshot {
		return this.#snapshot;
	}

	subscribe(listener: () => void): () => void {
		this.#listeners.add(listener);
		return () => this.#listeners.delete(listener);
	}

	/** Shows other torrents to everybody who listens. */
	publish(torrents: readonly TorrentSnapshot[]): void {
		const { revision } = this.#snapshot;
		this.#snapshot = { ...this.#snapshot, revision: revision + 1, torrents };
		for (const listener of this.#listeners) listener();
	}

	dispatch(command: SessionCommand): Promise<CommandResult> {
		this.commands.push(command);
		if (command.type === 'remove')
			this.publish(this.#snapshot.torrents.filter(({ infohash }) => infohash !== command.infohash));
		if (command.type === 'pause') this.#setState(command.infohash, 'paused');
		if (command.type === 'resume') this.#setState(command.infohash, 'downloading');
		return Promise.resolve(this.result);
	}

	watchDetail(
		infohash: Infohash,
		listener: (detail: TorrentDetail | undefined) => void,
	): () => void {
		this.watched.add(infohash);
		listener(makeDetail(infohash));
		return () => this.watched.delete(infohash);
	}

	close(): Promise<void> {
		return Promise.resolve();
	}

	#setState(infohash: Infohash, state: TorrentState): void {
		this.publish(
			this.#snapshot.torrents.map((torrent) =>
				torrent.infohash === infohash ? { ...torrent, state } : torrent,
			),
		);
	}
}
