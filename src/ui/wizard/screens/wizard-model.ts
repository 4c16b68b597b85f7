/** What a page of the wizard is drawn from. */
import type { Theme } from '../../theme.js';
import type { WizardState } from '../wizard-state.js';

export interface WizardModel {
	readonly state: WizardState;
	readonly theme: Theme;
}
