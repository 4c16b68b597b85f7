/** What the wizard asks for after a key. */
import type { MakeRequest, TorrentChanges, TrackerProfile } from './wizard-port.js';
import type { WizardState } from './wizard-state.js';

export type WizardEffect =
	| { readonly type: 'list'; readonly folder: string | undefined; readonly isPicker: boolean }
	| {
			readonly type: 'measure';
			readonly paths: readonly string[];
			readonly isPerEntry: boolean;
	  }
	| { readonly type: 'save-profile'; readonly profile: TrackerProfile }
	| { readonly type: 'remove-profile'; readonly name: string }
	| { readonly type: 'read-trackers'; readonly filePath: string }
	| { readonly type: 'make'; readonly requests: readonly MakeRequest[] }
	/** Ends the item at work and leaves the others. */
	| { readonly type: 'stop' }
	| {
			readonly type: 'change-torrent';
			readonly torrentPath: string;
			readonly changes: TorrentChanges;
	  }
	| { readonly type: 'leave'; readonly isSeeding: boolean }
	| { readonly type: 'redraw' }
	| { readonly type: 'suspend' }
	| { readonly type: 'interrupt' };

export interface Reduced {
	readonly state: WizardState;
	readonly effect?: WizardEffect;
}
