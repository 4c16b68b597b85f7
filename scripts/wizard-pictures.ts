/** Frames of the wizard for the documentation, from fixed folders and trackers. */
import { atOptions, FakeWizard, made } from '../test/ui/wizard/fake-wizard.js';

export const WIZARD_COLUMNS = 80;

export interface PictureLines {
	readonly name: string;
	/** With colours. */
	readonly lines: readonly string[];
}

const THEME = { hasUnicode: true, colours: 'true' } as const;

/** One of each page that says something at a glance. */
export function wizardPictures(): readonly PictureLines[] {
	const progress = { hashedBytes: 190_000_000, totalBytes: 300_000_000, fileCount: 3 };
	const pages = {
		'wizard-files': new FakeWizard().press('Space', 'Down', 'Space'),
		'wizard-trackers': new FakeWizard()
			.press('Space', 'ctrl+n')
			.type('http://tracker.example/announce')
			.press('Enter')
			.type('udp://backup.example:6969, udp://other.example:6969'),
		'wizard-options': atOptions(),
		wizard: atOptions()
			.press('ctrl+n', 'Enter')
			.tell(
				{ type: 'made', made: made('notes.txt') },
				{ type: 'hashing', inputPath: '/home/ann/album', progress },
			),
	};
	return Object.entries(pages).map(([name, page]) => ({ name, lines: page.coloured(THEME) }));
}
