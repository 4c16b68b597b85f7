/** How one tracker of a torrent is doing, for people. */

export type TrackerState =
	/** Not started, or stopped. */
	| 'idle'
	| 'announcing'
	| 'ok'
	/** Answered, with a warning. */
	| 'warning'
	| 'failed'
	/** Not needed as long as another answers. */
	| 'standby'
	| 'unsupported';

export interface TrackerStatus {
	/** From 1. */
	readonly tier: number;
	/** Without secrets. */
	readonly url: string;
	/** The one in use: it answered the last round. */
	readonly isActive: boolean;
	readonly state: TrackerState;
	/** Seconds to its next announce or its next try. */
	readonly nextAnnounceSeconds: number | undefined;
	/** Seconds since it last answered. */
	readonly lastAnswerSeconds: number | undefined;
	/** In a row. */
	readonly failures: number;
	/** Its error or warning, cleaned. */
	readonly message: string | undefined;
	/** Peers in the last answer. */
	readonly peers: number | undefined;
	readonly seeds: number | undefined;
	readonly leechers: number | undefined;
	readonly downloads: number | undefined;
}
