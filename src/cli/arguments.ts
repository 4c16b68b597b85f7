/** The command line: options of the table, commands and operands, and the text of `--help`. */
import { Command, CommanderError, Option } from 'commander';
import { closest } from '../config/closest.js';
import { didYouMean, type Mistake } from '../config/mistake.js';
import { OPTION_GROUPS, OPTION_ROWS, type OptionRow } from '../config/options.js';
import { type CommandFlags, type CommandOption, commandOptions } from './command-options.js';

export const COMMANDS = [
	'watch',
	'get',
	'why',
	'make',
	'make-each',
	'show',
	'verify',
	'reannounce',
	'copy-announce',
	'rename',
	'http-seeds',
	'web-seeds',
	'seed',
	'wizard',
	'demo',
] as const;
export type CommandName = (typeof COMMANDS)[number];

/** What the command line asks for. `text` of help ends with a line feed. */
export type Invocation =
	| { readonly type: 'help'; readonly text: string }
	| { readonly type: 'version' }
	| {
			readonly type: 'run';
			readonly command: CommandName;
			readonly operands: readonly string[];
			/** Texts by option name, for the option loader. */
			readonly flags: ReadonlyMap<string, readonly string[]>;
			/** Texts of the options that only this command knows. */
			readonly commandFlags: CommandFlags;
			readonly mistakes: readonly Mistake[];
	  };

const FOOTER = `
Every option is also a key of the configuration file (max-upload-rate = "500k")
and an environment variable (BTMANY_MAX_UPLOAD_RATE=500k). A flag wins over the
variable, the variable over the file. --no-NAME switches off an option that
takes no value.
RATE is bytes per second: k, M, G are 1000, 1000^2, 1000^3; Ki, Mi, Gi are
powers of 1024. TIME is in seconds, or with s, m, h, d behind it.
A folder called like a command is written with its path: btmany ./get

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 incomplete, 130 interrupted`;

/**
 * Reads the arguments after the program's name.
 * Mistakes come back in the result, all of them: nothing is printed and nothing thrown.
 */
export function parseArguments(argv: readonly string[]): Invocation {
	const flags = new Map<string, string[]>();
	const commandFlags = new Map<string, string[]>();
	const mistakes: Mistake[] = [];
	let help = '';
	let command: CommandName = 'watch';
	let rest: readonly string[] = [];
	const program = makeProgram(flags, commandFlags, (name, operands) => {
		command = name;
		rest = operands;
	});
	for (const each of [program, ...program.commands]) {
		each.exitOverride();
		each.configureOutput({ writeOut: (text) => (help += text), writeErr: () => {} });
	}
	const end = argv.indexOf('--');
	const [before, after] = end === -1 ? [argv, []] : [argv.slice(0, end), argv.slice(end + 1)];
	try {
		program.parse([...before], { from: 'user' });
	} catch (error) {
		if (!(error instanceof CommanderError)) throw error;
		if (error.code === 'commander.version') return { type: 'version' };
		if (error.exitCode === 0) return { type: 'help', text: help };
		mistakes.push(missingValue(before));
	}
	const operands: string[] = [];
	for (const word of rest) {
		if (word.startsWith('-') && word !== '-') readUnknown(word, command, flags, mistakes);
		else operands.push(word);
	}
	return { type: 'run', command, operands: [...operands, ...after], flags, commandFlags, mistakes };
}

function makeProgram(
	flags: Map<string, string[]>,
	commandFlags: Map<string, string[]>,
	onCommand: (name: CommandName, operands: readonly string[]) => void,
): Command {
	const program = new Command('btmany');
	program
		.usage('[options] DIR\n       btmany [options] COMMAND')
		.description('Downloads and seeds every .torrent of a folder.')
		.argument('[DIR]', 'the folder to watch')
		.helpOption('-h, --help', 'Show this help')
		.version('', '-V, --version', 'Show the version')
		.helpCommand(false)
		.configureHelp({
			optionTerm: (option) => optionTerm(option),
			subcommandTerm: (command) => `${command.name()}${command.usage().replace('[options]', '')}`,
			visibleArguments: () => [],
		})
		.addHelpText('after', FOOTER)
		.action(() => onCommand('watch', program.args));
	for (const row of OPTION_ROWS) addOption(program, row, flags);
	for (const [name, usage, description] of COMMAND_HELP) {
		const command = program
			.command(`${name} [operands...]`)
			.description(description)
			.usage(`[options]${usage}`)
			.helpOption('-h, --help', 'Show this help')
			.configureHelp({ visibleArguments: () => [] })
			.addHelpText('after', '\nOptions are those of btmany --help')
			.action(() => onCommand(name, command.args));
		for (const each of commandOptions(name)) addCommandOption(command, each, commandFlags);
	}
	for (const each of [program, ...program.commands]) {
		each.allowUnknownOption().allowExcessArguments();
	}
	return program;
}

const COMMAND_HELP: readonly (readonly [CommandName, string, string])[] = [
	['get', ' FILE.torrent|URL', 'Download one torrent and leave when it is done'],
	['why', ' FILE', 'Tell what happened to a .torrent of the watched folder, and why'],
	['make', ' PATH...', 'Make a .torrent of each file or folder'],
	['make-each', ' DIR...', 'Make a .torrent of each entry of a folder that has none'],
	['show', ' FILE...', 'Show everything a .torrent says'],
	['verify', ' FILE [PATH]', 'Compare data with its .torrent'],
	['reannounce', ' URL FILE...', 'Set the trackers of .torrent files'],
	['copy-announce', ' SOURCE FILE...', 'Copy the trackers of one .torrent to others'],
	['rename', ' FILE NAME', 'Change the name inside a .torrent, and so its infohash'],
	['http-seeds', ' URL|URL...|0 FILE...', 'Set the HTTP seeds (BEP 17), or strip them with 0'],
	['web-seeds', ' URL|URL...|0 FILE...', 'Set the web seeds (BEP 19), or strip them with 0'],
	['seed', ' PATH...', 'Make a .torrent of each file or folder and seed it now'],
	['wizard', ' [PATH...]', 'Make torrents step by step'],
	['demo', '', 'Download samples from a tracker and a seed inside the program'],
];

function addOption(program: Command, row: OptionRow<unknown>, flags: Map<string, string[]>): void {
	const isFlag = row.type.placeholder === '';
	const option = new Option(`--${row.name}${isFlag ? '' : ' <value>'}`, describe(row));
	program.addOption(option.helpGroup(`${row.group}:`));
	program.on(`option:${row.name}`, (text: string | null) => {
		const earlier = row.type.isRepeatable ? (flags.get(row.name) ?? []) : [];
		flags.set(row.name, [...earlier, text ?? 'true']);
	});
	if (!isFlag) return;
	program.addOption(new Option(`--no-${row.name}`).hideHelp());
	program.on(`option:no-${row.name}`, () => flags.set(row.name, ['false']));
}

function addCommandOption(
	command: Command,
	row: CommandOption,
	flags: Map<string, string[]>,
): void {
	const value = row.placeholder === '' ? '' : ` <${row.placeholder}>`;
	command.addOption(new Option(`--${row.name}${value}`, row.sentence));
	command.on(`option:${row.name}`, (text: string | null) => {
		const earlier = row.isRepeatable === true ? (flags.get(row.name) ?? []) : [];
		flags.set(row.name, [...earlier, text ?? 'true']);
	});
}

function optionTerm(option: Option): string {
	const row = OPTION_ROWS.find((candidate) => `--${candidate.name}` === option.long);
	if (row === undefined || row.type.placeholder === '') return option.flags.replace(/ <.*>/, '');
	return `--${row.name} ${row.type.placeholder}`;
}

function describe(row: OptionRow<unknown>): string {
	const unit = row.unit === '' ? '' : `${row.unit}; `;
	return row.type.placeholder === ''
		? row.sentence
		: `${row.sentence} (${unit}default: ${row.defaultText})`;
}

/** The only mistake the parser itself reports here is an option at the end without its value. */
function missingValue(argv: readonly string[]): Mistake {
	return { origin: argv.at(-1) ?? '', message: 'expected a value behind it' };
}

function readUnknown(
	word: string,
	command: CommandName,
	flags: Map<string, string[]>,
	mistakes: Mistake[],
): void {
	const [name = word, value] = word.split(/=(.*)/s);
	const row = OPTION_ROWS.find((candidate) => `--${candidate.name}` === name);
	if (row !== undefined && value !== undefined) {
		// `--headless=false`: the parser takes no value for a flag, but the meaning is plain.
		flags.set(row.name, [value]);
		return;
	}
	const rows = [...OPTION_ROWS, ...commandOptions(command)];
	const known = [...rows.map((each) => `--${each.name}`), '--help', '--version'];
	const near = closest(name.toLowerCase().replaceAll('_', '-'), known);
	mistakes.push({ origin: name, message: `Unknown option${didYouMean(near)}` });
}

/** For the documentation: the groups in order with their rows. */
export function optionGroups(): readonly (readonly [string, readonly OptionRow<unknown>[]])[] {
	return OPTION_GROUPS.map((group) => [group, OPTION_ROWS.filter((row) => row.group === group)]);
}
