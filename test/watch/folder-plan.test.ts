import test from 'ava';
import fc from 'fast-check';
import { type Infohash, parseInfohash } from '../../src/primitives/infohash.js';
import {
	type FolderAction,
	planFolder,
	type ToldTorrent,
	type TorrentFileEntry,
} from '../../src/watch/folder-plan.js';

const infohashOf = (n: number): Infohash => parseInfohash(n.toString(16).padStart(40, '0'))!;

/** Infohash 0 is private. Each edition has its own trackers. */
function fileAt(path: string, torrent: number, edition: number): TorrentFileEntry {
	return {
		key: path,
		path,
		torrent: {
			infohash: infohashOf(torrent),
			digest: `${torrent}.${edition}`,
			name: `${torrent}`,
			isPrivate: torrent === 0,
			tiers: [[`http://${edition}.example/`]],
			innerTorrents: [],
		},
	};
}

interface Model {
	readonly path: string;
	readonly digest: string;
	readonly extra: string;
}

/** A folder, and a session that does what it is told; complains about senseless commands. */
class World {
	readonly files = new Map<string, TorrentFileEntry>();
	readonly session = new Map<Infohash, Model>();
	readonly told = new Map<Infohash, ToldTorrent>();

	scan(): readonly FolderAction[] {
		const plan = planFolder(this.told, this.files.values(), (path) => this.files.has(path));
		for (const action of plan.actions) this.#apply(action);
		for (const [infohash, told] of plan.retold) this.told.set(infohash, told);
		return plan.actions;
	}

	#apply(action: FolderAction): void {
		const isRunning = this.session.has(action.infohash);
		if (isRunning !== (action.type !== 'add')) throw new Error(`Senseless ${action.type}`);
		if (action.type === 'remove') {
			this.session.delete(action.infohash);
			this.told.delete(action.infohash);
			return;
		}
		const { file, extraTiers } = action.next;
		this.session.set(action.infohash, {
			path: file.path,
			digest: file.torrent.digest,
			extra: extraTiers.flat().sort().join(),
		});
		this.told.set(action.infohash, action.next);
	}

	/** What should run, computed in the plainest way. */
	winners(): Map<Infohash, Model> {
		const winners = new Map<Infohash, Model>();
		for (const path of [...this.files.keys()].sort()) {
			const { torrent } = this.files.get(path)!;
			if (winners.has(torrent.infohash)) continue;
			const others = [...this.files.values()].filter(
				(each) => each.torrent.infohash === torrent.infohash,
			);
			const urls = new Set(
				torrent.isPrivate ? [] : others.flatMap((each) => each.torrent.tiers.flat()),
			);
			for (const url of torrent.tiers.flat()) urls.delete(url);
			winners.set(torrent.infohash, {
				path,
				digest: torrent.digest,
				extra: [...urls].sort().join(),
			});
		}
		return winners;
	}
}

const paths = fc.constantFrom('/w/a', '/w/b', '/w/c', '/w/s/a', '/w/s/b');
const events = fc.array(
	fc.oneof(
		fc.record({
			do: fc.constant('put' as const),
			path: paths,
			torrent: fc.nat(3),
			edition: fc.nat(2),
		}),
		fc.record({ do: fc.constant('drop' as const), path: paths }),
		fc.record({ do: fc.constant('move' as const), path: paths, to: paths }),
		fc.record({ do: fc.constant('scan' as const) }),
	),
	{ maxLength: 40 },
);

test('after any sequence of changes the session runs exactly the first file of each infohash', (t) => {
	fc.assert(
		fc.property(events, (sequence) => {
			const world = new World();
			for (const event of [...sequence, { do: 'scan' as const }]) {
				if (event.do === 'put')
					world.files.set(event.path, fileAt(event.path, event.torrent, event.edition));
				else if (event.do === 'drop') world.files.delete(event.path);
				else if (event.do === 'move') {
					const file = world.files.get(event.path);
					world.files.delete(event.path);
					if (file !== undefined)
						world.files.set(event.to, { ...file, key: event.to, path: event.to });
				} else {
					const before = new Set(world.session.keys());
					const actions = world.scan();
					const present = new Set([...world.files.values()].map((each) => each.torrent.infohash));
					for (const action of actions) {
						// What runs before and after is never taken away: nothing is hashed again.
						if (action.type === 'remove' && present.has(action.infohash)) return false;
						if (action.type === 'add' && before.has(action.infohash)) return false;
					}
					if (world.scan().length > 0) return false;
				}
			}
			t.deepEqual(Object.fromEntries(world.session), Object.fromEntries(world.winners()));
			return true;
		}),
		{ numRuns: 500 },
	);
	t.pass();
});

test('removals come before additions', (t) => {
	const world = new World();
	world.files.set('/w/a', fileAt('/w/a', 2, 0));
	world.scan();
	world.files.set('/w/a', fileAt('/w/a', 1, 0));
	t.deepEqual(
		world.scan().map((action) => action.type),
		['remove', 'add'],
	);
});

test('files that swap their names are two moves', (t) => {
	const world = new World();
	world.files.set('/w/a', fileAt('/w/a', 1, 0));
	world.files.set('/w/b', fileAt('/w/b', 2, 0));
	world.scan();
	world.files.set('/w/a', fileAt('/w/a', 2, 0));
	world.files.set('/w/b', fileAt('/w/b', 1, 0));
	t.deepEqual(
		world.scan().map((action) => (action.type === 'update' ? action.reason : action.type)),
		['moved', 'moved'],
	);
});

test('trackers of thousands of duplicates are cut off at a bound', (t) => {
	const files = Array.from({ length: 5000 }, (_, i) =>
		fileAt(`/w/${String(i).padStart(4, '0')}`, 1, i),
	);
	const [action] = planFolder(new Map(), files, () => true).actions;
	t.is(action?.type === 'add' ? action.next.extraTiers.length : 0, 100);
});
