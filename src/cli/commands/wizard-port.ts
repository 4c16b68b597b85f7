/** The wizard's edge to the disk: browsing, counting, hashing, profiles, edits. */
import path from 'node:path';
import { cleanText } from '../../primitives/clean-text.js';
import type { Clock } from '../../primitives/clock.js';
import { HashPool } from '../../storage/hash-pool.js';
import { editTorrentFile, readDocument } from '../../tools/edit-torrent-file.js';
import { magnetLink } from '../../tools/magnet-link.js';
import { type MakeProgress, makeTorrent } from '../../tools/make-torrent.js';
import { readTorrentFile } from '../../tools/read-torrent-file.js';
import { ToolsError } from '../../tools/tools-error.js';
import type { EditableField } from '../../tools/torrent-edit.js';
import { type FieldValue, readField, readTierTexts } from '../../tools/torrent-fields.js';
import { announceEdit, templatePlan } from '../../tools/tracker-edits.js';
import {
	profileNames,
	readProfileFile,
	removeProfile,
	writeProfile,
} from '../../tools/tracker-profiles.js';
import { walkInput } from '../../tools/walk-input.js';
import { besideInput, refuseOutput, writeTorrent } from '../../tools/write-torrent.js';
import type { FolderListing } from '../../ui/wizard/file-browser.js';
import type {
	EditableTorrent,
	MadeItem,
	MakeRequest,
	PlannedItem,
	TorrentChanges,
	TrackerProfile,
	Trackers,
	WizardPort,
} from '../../ui/wizard/wizard-port.js';
import { listFolder, pathsToMake } from './wizard-folder.js';

export interface DiskWizardOptions {
	/** Where browsing starts; relative paths start there too. */
	readonly startFolder: string;
	readonly homeDir: string;
	readonly profileFolder: string;
	readonly createdBy: string;
	readonly clock: Clock;
	/** A session runs beside it. */
	readonly isBackground: boolean;
}

export class DiskWizardPort implements WizardPort {
	readonly #options: DiskWizardOptions;
	/** Its threads start when they are first needed. */
	#pool: HashPool | undefined;

	constructor(options: DiskWizardOptions) {
		this.#options = options;
	}

	listFolder(folder: string | undefined): Promise<FolderListing> {
		return listFolder(folder ?? this.#options.startFolder);
	}

	async measure(
		paths: readonly string[],
		isPerEntry: boolean,
		signal: AbortSignal,
	): Promise<readonly PlannedItem[]> {
		const items: PlannedItem[] = [];
		for (const inputPath of await pathsToMake(paths, isPerEntry)) {
			signal.throwIfAborted();
			items.push(await this.#measureOne(inputPath, signal));
		}
		return items;
	}

	async make(
		request: MakeRequest,
		onProgress: (progress: MakeProgress) => void,
		signal: AbortSignal,
	): Promise<MadeItem> {
		const { inputPath, isForced, outputFolder, ...fields } = request;
		const outputPath = this.#outputPath(inputPath, outputFolder);
		const rules = { inputPath, outputPath, isForced };
		await refuseOutput(rules).catch(plainer);
		const { bytes, metainfo, notes } = await makeTorrent(
			{
				...fields,
				inputPath,
				source: request.source === '' ? undefined : request.source,
				comment: request.comment === '' ? undefined : request.comment,
				createdBy: this.#options.createdBy,
				creationDateSeconds: Math.floor(this.#options.clock.wallMs() / 1000),
				excludes: [],
				followLinks: false,
				isAligned: false,
			},
			{ pool: this.#threads(), signal, onProgress },
		);
		await writeTorrent(rules, bytes).catch(plainer);
		return {
			inputPath,
			dataFolder: path.dirname(inputPath),
			torrentPath: outputPath,
			infohash: metainfo.infohash,
			magnet: magnetLink(metainfo),
			metainfoBytes: bytes,
			notes,
		};
	}

	async profiles(): Promise<readonly TrackerProfile[]> {
		const { profileFolder } = this.#options;
		const profiles: TrackerProfile[] = [];
		for (const name of await profileNames(profileFolder)) {
			const filePath = path.join(profileFolder, `${name}.thost`);
			const trackers = await readProfileFile(filePath).catch((error: unknown) => {
				// One that somebody else wrote badly must not hide the others.
				if (error instanceof ToolsError) return undefined;
				throw error;
			});
			if (trackers !== undefined) profiles.push({ name, trackers });
		}
		return profiles;
	}

	saveProfile({ name, trackers }: TrackerProfile): Promise<void> {
		return writeProfile(this.#options.profileFolder, name, trackers);
	}

	removeProfile(name: string): Promise<void> {
		return removeProfile(this.#options.profileFolder, name);
	}

	async readTrackers(filePath: string): Promise<Trackers> {
		if (filePath.endsWith('.thost')) return readProfileFile(filePath);
		return templatePlan(await readDocument(filePath), filePath);
	}

	async readTorrent(torrentPath: string): Promise<EditableTorrent> {
		const { root } = await readDocument(torrentPath);
		const announce = readField(root, 'announce');
		const comment = readField(root, 'comment.utf-8') ?? readField(root, 'comment');
		return {
			trackers: {
				announce: typeof announce === 'string' ? cleanText(announce) : undefined,
				tiers: readTierTexts(root).map((tier) => tier.map(cleanText)),
			},
			comment: typeof comment === 'string' ? cleanText(comment.replaceAll(/\s+/g, ' ')) : '',
		};
	}

	async changeTorrent(torrentPath: string, changes: TorrentChanges): Promise<Uint8Array> {
		const { comment, trackers } = changes;
		const values = new Map<EditableField, FieldValue>();
		const edit = trackers === undefined ? undefined : announceEdit(trackers);
		if (edit?.type === 'fields') for (const [field, value] of edit.values) values.set(field, value);
		if (comment !== undefined) {
			values.set('comment', comment === '' ? undefined : comment);
			// A second spelling of the old one.
			values.set('comment.utf-8', undefined);
		}
		await editTorrentFile(
			torrentPath,
			{ type: 'fields', values },
			{ isDryRun: false, hasBackup: false },
		);
		return (await readTorrentFile(torrentPath)).bytes;
	}

	async close(): Promise<void> {
		await this.#pool?.close();
		this.#pool = undefined;
	}

	async #measureOne(inputPath: string, signal: AbortSignal): Promise<PlannedItem> {
		const name = path.basename(inputPath);
		const rules = { isExcluded: () => false, followLinks: false, signal };
		try {
			const { files } = await walkInput(this.#threads(), inputPath, rules);
			const totalBytes = files.reduce((sum, file) => sum + file.lengthBytes, 0);
			const problem = totalBytes === 0 ? `${inputPath} holds no data to share` : undefined;
			return { inputPath, name, totalBytes, fileCount: files.length, problem };
		} catch (error) {
			if (!(error instanceof ToolsError) || signal.aborted) throw error;
			return { inputPath, name, totalBytes: 0, fileCount: 0, problem: error.message };
		}
	}

	#outputPath(inputPath: string, outputFolder: string): string {
		if (outputFolder === '') return besideInput(inputPath);
		const { homeDir, startFolder } = this.#options;
		const folder = path.resolve(startFolder, outputFolder.replace(/^~(?=\/|$)/, homeDir));
		return besideInput(path.join(folder, path.basename(inputPath)));
	}

	#threads(): HashPool {
		this.#pool ??= new HashPool({ isBackground: this.#options.isBackground });
		return this.#pool;
	}
}

/** The options of the command line have other names in the form. */
function plainer(error: unknown): never {
	if (error instanceof ToolsError && error.path !== undefined) {
		const { code, path: place } = error;
		const said =
			code === 'TOOLS_OUTPUT_EXISTS'
				? `${place} is there already; choose "replace it" for Existing .torrent`
				: code === 'TOOLS_OUTPUT_INSIDE'
					? `${place} would be part of what it describes; choose another Folder`
					: undefined;
		if (said !== undefined) throw new ToolsError(code, place, said, { cause: error });
	}
	throw error;
}
