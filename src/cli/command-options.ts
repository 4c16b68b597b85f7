/** Options that only one command knows; those of every command are in the table of options. */

/** One row: what help shows and what the command line accepts. */
export interface CommandOption {
	/** Without the leading `--`. */
	readonly name: string;
	/** What stands behind the flag in help; empty for a flag without a value. */
	readonly placeholder: string;
	readonly sentence: string;
	readonly isRepeatable?: boolean;
}

/** Texts by option name, in the order given; `['true']` for a flag. */
export type CommandFlags = ReadonlyMap<string, readonly string[]>;

/** Of `btmany make`. */
export const MAKE_OPTIONS: readonly CommandOption[] = [
	{ name: 'announce', placeholder: 'URL', sentence: 'The main tracker (http, https or udp)' },
	{
		name: 'announce-list',
		placeholder: 'LIST',
		sentence: 'Trackers in tiers: bars between tiers, commas inside one ("a,b|c")',
	},
	{
		name: 'profile',
		placeholder: 'NAME',
		sentence: 'Trackers saved in the wizard, or of a .thost file',
	},
	{
		name: 'output',
		placeholder: 'PATH',
		sentence: 'Write this file, or into this folder (default: PATH.torrent beside the data)',
	},
	{ name: 'force', placeholder: '', sentence: 'Replace a .torrent that is there already' },
	{
		name: 'piece-length',
		placeholder: 'N',
		sentence: 'A power of two from 16Ki to 64Mi, or auto (default: auto, at most 2048 pieces)',
	},
	{
		name: 'private',
		placeholder: '',
		sentence: 'Peers come from the trackers only',
	},
	{ name: 'source', placeholder: 'TEXT', sentence: 'A label that changes the infohash' },
	{ name: 'comment', placeholder: 'TEXT', sentence: 'A comment for those who read the file' },
	{
		name: 'created-by',
		placeholder: 'TEXT',
		sentence: 'Who made it; empty for nobody (default: btmany and its version)',
	},
	{ name: 'no-date', placeholder: '', sentence: 'Leave the date out: the same bytes every time' },
	{
		name: 'web-seed',
		placeholder: 'URL',
		sentence: 'The data on a web server (BEP 19); may be repeated',
		isRepeatable: true,
	},
	{
		name: 'http-seed',
		placeholder: 'URL',
		sentence: 'A seeding script on a web server (BEP 17); may be repeated',
		isRepeatable: true,
	},
	{
		name: 'exclude',
		placeholder: 'GLOB',
		sentence: 'Leave out what matches: a name, or with a slash a path; may be repeated',
		isRepeatable: true,
	},
	{
		name: 'follow-symlinks',
		placeholder: '',
		sentence: 'Take what symbolic links lead to instead of leaving them out',
	},
	{
		name: 'align',
		placeholder: '',
		sentence: 'Start every file at a piece, with padding files between (BEP 47)',
	},
];

/** Of `btmany make-each`. */
export const MAKE_EACH_OPTIONS: readonly CommandOption[] = MAKE_OPTIONS.map((row) => {
	if (row.name === 'output')
		return { ...row, sentence: 'Write into this folder (default: beside the data)' };
	if (row.name === 'force') return { ...row, sentence: 'Make those anew that are there already' };
	return row;
});

/** Of `btmany seed`: what it makes, and the tracker beside it. */
const SEED_OPTIONS: readonly CommandOption[] = [
	...MAKE_OPTIONS,
	{
		name: 'tracker',
		placeholder: '',
		sentence: 'Run a tracker in this program and announce to it',
	},
	{
		name: 'tracker-port',
		placeholder: 'PORT',
		sentence: 'Port of that tracker, TCP and UDP (default: any)',
	},
];

/** BitTornado's own words, for programs that read them. */
const CLASSIC: CommandOption = {
	name: 'classic',
	placeholder: '',
	sentence: 'Print what the BitTornado program printed',
};

/** Of every command that changes a `.torrent`. */
const EDIT_OPTIONS: readonly CommandOption[] = [
	{ name: 'dry-run', placeholder: '', sentence: 'Tell what would be changed and write nothing' },
	{ name: 'backup', placeholder: '', sentence: 'Keep the old file as FILE.bak' },
	CLASSIC,
];

const OPTIONS_BY_COMMAND: Readonly<Record<string, readonly CommandOption[]>> = {
	make: MAKE_OPTIONS,
	'make-each': MAKE_EACH_OPTIONS,
	seed: SEED_OPTIONS,
	wizard: [
		{ name: 'each', placeholder: '', sentence: 'Start with a torrent for each entry of a folder' },
	],
	show: [CLASSIC],
	reannounce: [
		{
			name: 'announce-list',
			placeholder: 'LIST',
			sentence: 'Trackers in tiers ("a,b|c"); the list of the file is removed without it',
		},
		...EDIT_OPTIONS,
	],
	'copy-announce': EDIT_OPTIONS,
	rename: [
		{ name: 'match', placeholder: '', sentence: 'Take the name of each FILE without .torrent' },
		...EDIT_OPTIONS,
	],
	'http-seeds': EDIT_OPTIONS,
	'web-seeds': EDIT_OPTIONS,
};

/** The rows of a command; none for most. */
export function commandOptions(command: string): readonly CommandOption[] {
	return OPTIONS_BY_COMMAND[command] ?? [];
}
