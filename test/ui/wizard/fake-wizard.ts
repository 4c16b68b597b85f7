/** A wizard without a disk: keys and answers go through the reducers, frames come out. */
import { makeTheme, type ThemeOptions } from '../../../src/ui/theme.js';
import type { BrowserEntry, FolderListing } from '../../../src/ui/wizard/file-browser.js';
import { renderWizard } from '../../../src/ui/wizard/screens/wizard-screen.js';
import type { WizardEffect } from '../../../src/ui/wizard/wizard-effect.js';
import { reduceWizardEvent, type WizardEvent } from '../../../src/ui/wizard/wizard-events.js';
import type { MadeItem, PlannedItem } from '../../../src/ui/wizard/wizard-port.js';
import { reduceWizardKey } from '../../../src/ui/wizard/wizard-reducer.js';
import {
	initialWizard,
	type WizardState,
	type WizardTask,
} from '../../../src/ui/wizard/wizard-state.js';
import { fakeInfohash, plainText } from '../fixtures.js';

const CREATE: WizardTask = { type: 'create', paths: [], isPerEntry: false };

export const EDIT: WizardTask = {
	type: 'edit',
	torrentPath: '/home/ann/album.torrent',
	infohash: fakeInfohash(1),
	name: 'album',
};

export const LISTING: FolderListing = {
	folder: '/home/ann',
	parent: '/home',
	entries: [
		entry('album', undefined),
		entry('Bücher – gemeinfrei', undefined),
		entry('映画アーカイブ', undefined),
		entry('debian-13.1.0-amd64-DVD-1.iso', 4_700_000_000),
		entry('notes.txt', 1200),
		entry('old.torrent', 40_000),
	],
};

function entry(name: string, sizeBytes: number | undefined): BrowserEntry {
	const isFolder = sizeBytes === undefined;
	return { name, path: `/home/ann/${name}`, isFolder, sizeBytes };
}

export function planned(name: string, totalBytes: number, problem?: string): PlannedItem {
	return { inputPath: `/home/ann/${name}`, name, totalBytes, fileCount: 3, problem };
}

export function made(name: string): MadeItem {
	const infohash = fakeInfohash(name.length);
	return {
		inputPath: `/home/ann/${name}`,
		dataFolder: '/home/ann',
		torrentPath: `/home/ann/${name}.torrent`,
		infohash,
		magnet: `magnet:?xt=urn:btih:${infohash}&dn=${name}&tr=http%3A%2F%2Ftracker.example%2Fannounce`,
		metainfoBytes: new Uint8Array(),
		notes: [],
	};
}

export class FakeWizard {
	state: WizardState;
	/** In the order they were asked for. */
	readonly effects: WizardEffect[] = [];

	constructor(task: WizardTask = CREATE, columns = 80, rows = 24) {
		this.state = initialWizard(task, { columns, rows });
		if (task.type === 'create') this.tell({ type: 'listed', isPicker: false, listing: LISTING });
	}

	press(...keys: readonly string[]): this {
		for (const key of keys) {
			const { effect, state } = reduceWizardKey(this.state, key);
			this.state = state;
			if (effect !== undefined) this.effects.push(effect);
		}
		return this;
	}

	/** Types text a character at a time. */
	type(text: string): this {
		const characters = Array.from(text);
		return this.press(...characters.map((character) => (character === ' ' ? 'Space' : character)));
	}

	tell(...events: readonly WizardEvent[]): this {
		for (const event of events) this.state = reduceWizardEvent(this.state, event);
		return this;
	}

	/** The last thing asked for. */
	asked(): WizardEffect | undefined {
		return this.effects.at(-1);
	}

	lines(theme: ThemeOptions = { hasUnicode: true, colours: 'none' }): readonly string[] {
		return plainText(this.coloured(theme));
	}

	coloured(theme: ThemeOptions): readonly string[] {
		return renderWizard({ state: this.state, theme: makeTheme(theme) });
	}

	text(): string {
		return this.lines().join('\n');
	}
}

/** At the page of options, with two items measured. */
export function atOptions(): FakeWizard {
	return new FakeWizard()
		.press('Space', 'ctrl+n')
		.tell({
			type: 'measured',
			items: [planned('album', 300_000_000), planned('notes.txt', 1200)],
		})
		.type('http://tracker.example/announce')
		.press('ctrl+n');
}
