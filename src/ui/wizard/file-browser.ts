/** A folder on the screen: what is in it, what is typed to find something, which row is chosen. Pure. */
import { cleanText } from '../../primitives/clean-text.js';

export interface BrowserEntry {
	/** As the disk has it; cleaned where it is shown. */
	readonly name: string;
	readonly path: string;
	readonly isFolder: boolean;
	/** Undefined for folders. */
	readonly sizeBytes: number | undefined;
}

/** A folder's content. */
export interface FolderListing {
	readonly folder: string;
	/** Undefined for the root. */
	readonly parent: string | undefined;
	/** Folders first, then by name. */
	readonly entries: readonly BrowserEntry[];
}

export interface FileBrowser {
	/** Undefined until the first folder was read. */
	readonly listing: FolderListing | undefined;
	readonly isLoading: boolean;
	readonly filter: string;
	/** Index into {@link shownEntries}. */
	readonly index: number;
}

const MAX_FILTER_CHARACTERS = 100;

export const EMPTY_BROWSER: FileBrowser = {
	listing: undefined,
	isLoading: true,
	filter: '',
	index: 0,
};

/** Entries whose name contains what was typed, in any letter case. */
export function shownEntries({ filter, listing }: FileBrowser): readonly BrowserEntry[] {
	const entries = listing?.entries ?? [];
	if (filter === '') return entries;
	const wanted = filter.toLowerCase();
	return entries.filter(({ name }) => cleanText(name).toLowerCase().includes(wanted));
}

export function selectedEntry(browser: FileBrowser): BrowserEntry | undefined {
	return shownEntries(browser)[browser.index];
}

/** A folder was read: coming from one below it, that one stays chosen. */
export function withListing(browser: FileBrowser, listing: FolderListing): FileBrowser {
	const from = browser.listing?.folder;
	const index = listing.entries.findIndex((entry) => entry.path === from);
	return { listing, isLoading: false, filter: '', index: Math.max(0, index) };
}

export function moveInBrowser(browser: FileBrowser, by: number): FileBrowser {
	const last = shownEntries(browser).length - 1;
	return { ...browser, index: Math.max(0, Math.min(last, browser.index + by)) };
}

export function withBrowserFilter(browser: FileBrowser, filter: string): FileBrowser {
	return { ...browser, filter: filter.slice(0, MAX_FILTER_CHARACTERS), index: 0 };
}
