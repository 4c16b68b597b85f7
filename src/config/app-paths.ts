/** Where configuration and state live: the XDG base directories, below the home folder by default. */
import path from 'node:path';

/** The environment as the caller has it; tests give their own. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** All absolute. */
export interface AppPaths {
	readonly homeDir: string;
	/** `$XDG_CONFIG_HOME/btmany/config.toml`. */
	readonly configPath: string;
	/** `$XDG_STATE_HOME/btmany`. */
	readonly stateDir: string;
}

/**
 * The program's folders.
 * A relative XDG variable is ignored, as the XDG specification asks.
 *
 * @param homeDir - used when `HOME` is not set
 */
export function appPaths(env: Environment, homeDir: string): AppPaths {
	const home = absolute(env['HOME']) ?? homeDir;
	const configHome = absolute(env['XDG_CONFIG_HOME']) ?? path.join(home, '.config');
	const stateHome = absolute(env['XDG_STATE_HOME']) ?? path.join(home, '.local', 'state');
	return {
		homeDir: home,
		configPath: path.join(configHome, 'btmany', 'config.toml'),
		stateDir: path.join(stateHome, 'btmany'),
	};
}

function absolute(folder: string | undefined): string | undefined {
	return folder !== undefined && path.isAbsolute(folder) ? folder : undefined;
}
