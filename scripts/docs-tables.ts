/** Writes docs/configuration.md from the tables of options, so that it is always what the program does. */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { BITTORNADO_OPTIONS, type OldOption } from '../src/cli/aliases/bittornado-options.js';
import { optionGroups } from '../src/cli/arguments.js';
import { type OptionRow, variableName } from '../src/config/options.js';

const TARGET = fileURLToPath(new URL('../../docs/configuration.md', import.meta.url));

const INTRODUCTION = `# Options

This page is made from the program's own table by \`node scripts/docs-tables.js\` of the compiled tree.

Every option can be given in three places. The first one that has it wins:

1. on the command line: \`--max-upload-rate 500k\` or \`--max-upload-rate=500k\`
2. as an environment variable: \`BTMANY_MAX_UPLOAD_RATE=500k\` (an empty variable counts as not set)
3. in a TOML file: \`max-upload-rate = "500k"\`

The file is \`$XDG_CONFIG_HOME/btmany/config.toml\` (\`~/.config/btmany/config.toml\`), or the one named
by \`--config\`. It may be missing unless it was named, it is flat, and the program never writes it.
Relative paths in it start from its own folder; on the command line and in variables they start from
the current folder. \`~/\` is the home folder everywhere.

An unknown or malformed option is one line on standard error, with a suggestion where one is near, and
exit code 2. All mistakes are told at once and nothing is started. A variable that starts with
\`BTMANY_\` and is no option is a mistake too.

## Values

| kind | written | meaning |
|---|---|---|
| flag | \`--headless\`, \`--no-headless\`, \`--headless=false\` | \`true\` or \`false\` in the file and in variables |
| count | \`80\` | a whole number; 0 is no limit |
| rate | \`800\`, \`500k\`, \`2M\`, \`1.5Mi\` | bytes per second; k, M, G are 1000, 1000², 1000³; Ki, Mi, Gi are 1024, 1024², 1024³; case does not matter; 0 is no limit |
| number | \`8\` | a whole number, 1 or more |
| size | \`64Mi\`, \`500k\` | bytes, with the suffixes of rates |
| ratio | \`1.5\` | uploaded over downloaded bytes; 0 is no limit |
| duration | \`90\`, \`90s\`, \`10m\`, \`2h\`, \`1d\` | seconds unless a unit follows |
| path | \`~/torrents\` | a file or folder |
| port | \`6881\`, \`6881-6889\`, \`0\` | one TCP port for all torrents; of a range the first free one; 0 is any |
| address | \`192.0.2.1\`, \`2001:db8::1\` | numeric |
| endpoint list | \`192.0.2.1:6881\`, \`[2001:db8::1]:6881\` | repeat the flag, separate by commas in a variable, a list in the file |
| choice | one of the words shown | |
`;

const EXAMPLE = `
## Example

\`\`\`toml
download-dir = "~/downloads"
max-upload-rate = "2M"
seed-ratio = 2
seed-idle = "12h"
peer = ["192.0.2.1:6881"]
\`\`\`

## Exit codes

| code | meaning |
|---|---|
| 0 | done: \`get\` has everything, the dashboard was left with \`q\`, or a watching program was stopped politely (SIGTERM, SIGHUP, its reader went away) |
| 1 | failed, and nothing that goes on by itself |
| 2 | wrong usage: command line, environment, configuration file, or the folder is not one |
| 3 | incomplete: \`get\` was stopped before it had everything |
| 130 | interrupted by SIGINT (Ctrl-C), or by a second signal |

The first signal ends politely: trackers are told and progress is saved. The second one ends at once.
Under the dashboard a signal gives 128 and its number.

\`get\` shows the dashboard where there is a terminal and prints lines where there is none, and leaves
when it has everything; with \`--seed\` it stays.

\`get\` keeps its progress in a folder of its own below the state folder, so that it runs beside a
watching instance and beside other downloads.

## The names of BitTornado

The programs \`btlaunchmany\` (headless), \`btlaunchmanycurses\` (dashboard), \`btdownloadheadless\` and
\`btdownloadcurses\` (one torrent, seeding until stopped) take BitTornado's options as \`--name value\`,
and btmany's own. Defaults are btmany's. Old options that mean nothing any more are named in one
warning; unknown ones end with exit code 2.

| BitTornado | btmany |
|---|---|
`;

/** The whole page. */
export function configurationPage(): string {
	const groups = optionGroups().map(
		([group, rows]) =>
			`\n## ${group}\n\n| option | value | default | meaning |\n|---|---|---|---|\n${rows.map(optionLine).join('')}`,
	);
	const old = [...BITTORNADO_OPTIONS].filter(([, option]) => option.type !== 'inert');
	const inert = [...BITTORNADO_OPTIONS].filter(([, option]) => option.type === 'inert');
	const names = inert.map(([name]) => `\`${name}\``).join(', ');
	return `${INTRODUCTION}${groups.join('')}${EXAMPLE}${old.map(oldLine).join('')}
Without meaning here: ${names}.
`;
}

function optionLine(row: OptionRow<unknown>): string {
	const placeholder = row.type.placeholder.replaceAll('|', '\\|');
	const kind = row.type.name === 'choice' ? placeholder : row.type.name;
	const unit = row.type.name === 'count' && row.unit !== '' ? `${kind} of ${row.unit}` : kind;
	const variable = row.isInFile ? '' : `; not in the file, but as \`${variableName(row.name)}\``;
	return `| \`--${row.name}\` | ${unit} | ${row.defaultText.replaceAll('|', '\\|')} | ${row.sentence}${variable} |\n`;
}

function oldLine([name, option]: readonly [string, OldOption]): string {
	return `| \`${name}\` | ${oldMeaning(name, option)} |\n`;
}

function oldMeaning(name: string, option: OldOption): string {
	switch (option.type) {
		case 'same':
			return `\`--${option.option}\`${NOTES[name] ?? ''}`;
		case 'port-end':
			return `the ${option.end} port of \`--port\``;
		case 'operand':
			return 'the torrent file or its URL';
		case 'save-to':
			return '`--download-dir` when a folder is watched; the file or folder to write for a single torrent';
		case 'inert':
			return '';
	}
}

const NOTES: Readonly<Record<string, string>> = {
	max_upload_rate: ', in kB/s of 1000 bytes; -1 (automatic) is no limit, with the warning',
	max_download_rate: ', in kB/s of 1000 bytes',
	max_uploads: ', which is shared by all torrents',
	bind: '; of a list the first address',
	saveas_style: ': 1 is `torrent`, 2 is `name`, 3 is `folder`',
	alloc_type: ': `pre-allocate` is `full`, the others are `sparse`',
	parse_dir_interval: ', in seconds',
	display_interval: ', in seconds',
	max_files_open: ', which is shared by all torrents; 0 (no limit) is 65536, with the warning',
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const page = configurationPage();
	const isSame = readIfThere(TARGET) === page;
	if (!isSame) writeFileSync(TARGET, page);
	process.stdout.write(`docs/configuration.md ${isSame ? 'is up to date' : 'written'}\n`);
}

function readIfThere(filePath: string): string | undefined {
	try {
		return readFileSync(filePath, 'utf8');
	} catch {
		return undefined; // Not written yet.
	}
}
