/** Tells the session what the plan says, and the ledger what came of it. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage } from '../primitives/app-error.js';
import type { Infohash } from '../primitives/infohash.js';
import type { CommandResult, SessionApi, SessionCommand } from '../session/session-api.js';
import { quotePath } from './file-names.js';
import type { FolderAction, FolderPlan, ToldTorrent, TorrentFileEntry } from './folder-plan.js';
import type { LedgerNote } from './ledger.js';

/** Commands under way at once. They are given in order; only their answers may overlap. */
const COMMANDS_AT_ONCE = 16;
/** A torrent the session refused is offered again after this long, in silence. */
const RETRY_MS = 60_000;
/** The session threw or is closing: not an answer about the torrent. */
const SESSION_FAILED = 'WATCH_SESSION_FAILED';

interface Refusal {
	readonly next: ToldTorrent;
	readonly atMs: number;
}

type Change = Exclude<FolderAction, { readonly type: 'remove' }>;

export interface FolderDriverOptions {
	readonly session: SessionApi;
	readonly record: (note: LedgerNote) => void;
	/** The bytes with this file's digest; undefined when the file has changed or gone since. */
	readonly bytesOf: (file: TorrentFileEntry) => Promise<Uint8Array | undefined>;
	readonly nowMs: () => number;
	/** Whether there is still a file at a path. */
	readonly exists: (path: string) => boolean;
}

/** Remembers what the session was told and took. */
export class FolderDriver {
	readonly #options: FolderDriverOptions;
	readonly #told = new Map<Infohash, ToldTorrent>();
	readonly #refusals = new Map<Infohash, Refusal>();
	#hasFailedRemovals = false;

	constructor(options: FolderDriverOptions) {
		this.#options = options;
	}

	/** What the session runs for this folder, by infohash. */
	get told(): ReadonlyMap<Infohash, ToldTorrent> {
		return this.#told;
	}

	/** True while the session did not take something: it is offered again. */
	get hasRefusals(): boolean {
		return this.#refusals.size > 0 || this.#hasFailedRemovals;
	}

	/**
	 * Carries a plan out: removals, then the rest in order.
	 * @returns false when a file changed under it, so that another scan is due
	 */
	async carryOut(plan: FolderPlan, signal: AbortSignal): Promise<boolean> {
		this.#hasFailedRemovals = false;
		for (const note of plan.notes) this.#options.record(note);
		for (const [infohash, told] of plan.retold) this.#told.set(infohash, told);
		this.#forgetRefusals(plan);
		const changes: Change[] = [];
		const removals: Promise<void>[] = [];
		for (const action of plan.actions) {
			if (action.type === 'remove') removals.push(this.#remove(action.infohash, action.told));
			else changes.push(action);
		}
		await Promise.all(removals);
		let isCurrent = true;
		let given = 0;
		const underway = new Set<Promise<void>>();
		for (const change of changes) {
			if (signal.aborted) break;
			if (this.#isRefusedStill(change)) continue;
			const bytes = await this.#options.bytesOf(change.next.file);
			if (bytes === undefined) {
				isCurrent = false;
				continue;
			}
			// A session that answers at once would otherwise keep everything else waiting.
			if (++given % COMMANDS_AT_ONCE === 0) await nextTurn();
			while (underway.size >= COMMANDS_AT_ONCE) await Promise.race(underway);
			const job = this.#change(change, bytes).finally(() => underway.delete(job));
			underway.add(job);
		}
		await Promise.all(underway);
		return isCurrent;
	}

	async #remove(infohash: Infohash, told: ToldTorrent): Promise<void> {
		const result = await this.#dispatch({ type: 'remove', infohash });
		const { path } = told.file;
		if (!result.ok && result.code === SESSION_FAILED) {
			this.#hasFailedRemovals = true;
			this.#refused(path, infohash, result.message);
			return;
		}
		this.#told.delete(infohash);
		const message = this.#options.exists(path)
			? `Stopped the torrent ${quotePath(path)} stood for: the file is another one now`
			: `Removed ${quotePath(path)}`;
		this.#options.record({ path, outcome: 'removed', message, infohash });
	}

	async #change(change: Change, bytes: Uint8Array): Promise<void> {
		const { infohash, next } = change;
		let result = await this.#dispatch(commandOf(change, bytes));
		if (!result.ok && change.type === 'update' && change.reason === 'edited') {
			// Removed by hand meanwhile; whoever edits its file wants it back.
			result = await this.#dispatch(commandOf({ type: 'add', infohash, next }, bytes));
		}
		if (result.ok) {
			this.#refusals.delete(infohash);
			this.#told.set(infohash, next);
			const note = noteOf(change);
			if (note !== undefined) this.#options.record(note);
			return;
		}
		this.#refused(next.file.path, infohash, result.message);
		if (change.type === 'update' && result.code !== SESSION_FAILED) this.#told.set(infohash, next);
		else this.#refusals.set(infohash, { next, atMs: this.#options.nowMs() });
	}

	#refused(path: string, infohash: Infohash, reason: string): void {
		const message = `The session refused ${quotePath(path)}: ${reason}`;
		this.#options.record({ path, outcome: 'refused', message, infohash });
	}

	#isRefusedStill({ infohash, next }: Change): boolean {
		const refusal = this.#refusals.get(infohash);
		if (refusal === undefined) return false;
		const isSame =
			refusal.next.file.key === next.file.key &&
			refusal.next.file.torrent.digest === next.file.torrent.digest;
		return isSame && this.#options.nowMs() - refusal.atMs < RETRY_MS;
	}

	/** Refused torrents whose files are gone leave no trace but in the ledger. */
	#forgetRefusals(plan: FolderPlan): void {
		const offered = new Set(plan.actions.map((action) => action.infohash));
		for (const [infohash, { next }] of this.#refusals) {
			if (offered.has(infohash)) continue;
			this.#refusals.delete(infohash);
			const { path } = next.file;
			if (this.#options.exists(path)) continue;
			const message = `Removed ${quotePath(path)}`;
			this.#options.record({ path, outcome: 'removed', message, infohash });
		}
	}

	async #dispatch(command: SessionCommand): Promise<CommandResult> {
		try {
			return await this.#options.session.dispatch(command);
		} catch (error) {
			return { ok: false, code: SESSION_FAILED, message: errorMessage(error) };
		}
	}
}

function commandOf({ type, infohash, next }: Change, metainfoBytes: Uint8Array): SessionCommand {
	const { extraTiers } = next;
	const torrentPath = next.file.path;
	return type === 'add'
		? { type, metainfoBytes, torrentPath, extraTiers }
		: { type, infohash, metainfoBytes, torrentPath, extraTiers };
}

function noteOf(change: Change): LedgerNote | undefined {
	const { infohash } = change;
	const { path } = change.next.file;
	if (change.type === 'add')
		return { path, outcome: 'added', message: `Added ${quotePath(path)}`, infohash };
	const otherPath = change.told.file.path;
	switch (change.reason) {
		case 'edited':
			return {
				path,
				outcome: 'updated',
				message: `Applied the changes of ${quotePath(path)}`,
				infohash,
			};
		case 'moved': {
			const message = `Moved ${quotePath(otherPath)} to ${quotePath(path)}`;
			return { path, outcome: 'moved', message, infohash, otherPath };
		}
		case 'promoted': {
			const message = `${quotePath(path)} stands for the torrent of ${quotePath(otherPath)} now`;
			return { path, outcome: 'promoted', message, infohash, otherPath };
		}
		case 'duplicates':
			return undefined;
	}
}
