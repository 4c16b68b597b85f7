/** What the wizard's keys and the disk's answers do. */
import test from 'ava';
import { atOptions, EDIT, FakeWizard, LISTING, made, planned } from './fake-wizard.js';

test('letters search, in any case and also in names with other scripts', (t) => {
	const wizard = new FakeWizard().type('DEB');
	t.regex(wizard.text(), /Search: DEB {3}1 entry/);
	t.regex(wizard.text(), /debian-13\.1\.0/);
	t.notRegex(wizard.text(), /notes\.txt/);
	wizard.press('Escape').type('映');
	t.regex(wizard.text(), /映画アーカイブ/);
	wizard.press('Backspace');
	t.regex(wizard.text(), /6 entries/);
});

test('Space chooses a row and goes on to the next, a second Space on it takes it back', (t) => {
	const wizard = new FakeWizard().press('Space', 'Down', 'Down', 'Space');
	t.deepEqual(wizard.state.chosen, ['/home/ann/album', '/home/ann/debian-13.1.0-amd64-DVD-1.iso']);
	wizard.press('Home', 'Space');
	t.deepEqual(wizard.state.chosen, ['/home/ann/debian-13.1.0-amd64-DVD-1.iso']);
});

test('Enter opens a folder and chooses a file; Backspace without a search goes up', (t) => {
	const wizard = new FakeWizard().press('Enter');
	t.deepEqual(wizard.asked(), { type: 'list', folder: '/home/ann/album', isPicker: false });
	wizard.tell({ type: 'listed', isPicker: false, listing: LISTING }).press('End', 'Enter');
	t.deepEqual(wizard.state.chosen, ['/home/ann/old.torrent']);
	wizard.press('Backspace');
	t.deepEqual(wizard.asked(), { type: 'list', folder: '/home', isPicker: false });
});

test('coming back from a folder, its row is the chosen one', (t) => {
	const below = { folder: '/home/ann/映画アーカイブ', parent: '/home/ann', entries: [] };
	const wizard = new FakeWizard()
		.tell({ type: 'listed', isPicker: false, listing: below })
		.tell({ type: 'listed', isPicker: false, listing: LISTING })
		.press('Space');
	t.deepEqual(wizard.state.chosen, ['/home/ann/映画アーカイブ']);
});

test('nothing goes on until something is chosen', (t) => {
	const wizard = new FakeWizard().press('ctrl+n');
	t.is(wizard.state.page, 'files');
	t.regex(wizard.text(), /! Choose a file or folder first/);
	wizard.press('Space', 'Tab', 'Space', 'ctrl+n');
	t.is(wizard.state.page, 'trackers');
	t.deepEqual(wizard.asked(), { type: 'measure', paths: ['/home/ann/album'], isPerEntry: true });
});

test('trackers on one line and a main tracker on none of the first are warned about', (t) => {
	const wizard = new FakeWizard()
		.press('Space', 'ctrl+n')
		.type('http://a.example/a,http://b.example/a');
	t.regex(wizard.text(), /Trackers on one line must share their peers/);
	wizard.press('Home').type('http://c.example/a').press('Enter');
	t.regex(wizard.text(), /Trackers on one line/);
	wizard.press('shift+Tab').type('http://c.example/a');
	t.notRegex(wizard.text(), /not on the first line/);
	wizard.type('2');
	t.regex(wizard.text(), /The main tracker is not on the first line/);
});

test('a wrong tracker is told while it is typed and keeps the page', (t) => {
	const wizard = new FakeWizard().press('Space', 'ctrl+n').type('udp://a.example');
	t.regex(wizard.text(), /! "udp:\/\/a\.example" has no port; UDP trackers need one/);
	wizard.press('ctrl+n');
	t.is(wizard.state.page, 'trackers');
	wizard.type(':6969').press('ctrl+n');
	t.is(wizard.state.page, 'options');
});

test('a pasted list keeps its lines in the tiers and becomes one line elsewhere', (t) => {
	const paste = 'paste:http://a.example/a\r\nhttp://b.example/a\u001b]52;c;aGk=\u0007';
	const wizard = new FakeWizard().press('Space', 'ctrl+n', paste);
	t.is(wizard.state.texts.tiers.text, 'http://a.example/a\nhttp://b.example/a?]52;c;aGk=?');
	wizard.press('shift+Tab', 'paste:x\ny');
	t.is(wizard.state.texts.main.text, 'x y');
});

test('Up and Down walk through lines and then to the fields beside them', (t) => {
	const wizard = new FakeWizard().press('Space', 'ctrl+n').type('ab').press('Enter').type('c');
	wizard.press('Up').type('X');
	t.is(wizard.state.texts.tiers.text, 'aXb\nc');
	wizard.press('Up');
	t.is(wizard.state.focus, 'main');
	wizard.press('Down', 'Down', 'Down');
	t.is(wizard.state.focus, 'profile');
});

test('a profile is saved from the fields, taken with Enter, and deleted after asking', (t) => {
	const trackers = { announce: 'http://a.example/a', tiers: [['http://a.example/a']] };
	const wizard = new FakeWizard().press('Space', 'ctrl+n').type('http://a.example/a');
	wizard.press('Tab', 'Tab').type('mine').press('Enter');
	t.deepEqual(wizard.asked(), { type: 'save-profile', profile: { name: 'mine', trackers } });
	const other = { announce: 'http://b.example/a', tiers: [] };
	wizard.tell({
		type: 'profiles',
		profiles: [
			{ name: 'mine', trackers },
			{ name: 'other', trackers: other },
		],
		done: 'Saved the profile mine',
	});
	wizard.press('shift+Tab', 'Right', 'Enter');
	t.is(wizard.state.texts.tiers.text, 'http://b.example/a');
	const before = wizard.effects.length;
	wizard.press('Delete');
	t.is(wizard.effects.length, before);
	t.regex(wizard.text(), /Press again to delete the profile other/);
	wizard.press('Delete');
	t.deepEqual(wizard.asked(), { type: 'remove-profile', name: 'other' });
});

test('the profile called default fills in an empty form, never a filled one', (t) => {
	const trackers = { announce: 'http://d.example/a', tiers: [] };
	const profiles = [{ name: 'default', trackers }];
	const empty = new FakeWizard().tell({ type: 'profiles', profiles });
	t.is(empty.state.texts.tiers.text, 'http://d.example/a');
	const filled = new FakeWizard()
		.press('Space', 'ctrl+n')
		.type('x')
		.tell({ type: 'profiles', profiles });
	t.is(filled.state.texts.tiers.text, 'x');
});

test('trackers are copied from a file chosen in a browser of its own', (t) => {
	const wizard = new FakeWizard().press('Space', 'ctrl+n', 'Tab', 'Tab', 'Tab', 'Enter');
	t.deepEqual(wizard.asked(), { type: 'list', folder: '/home/ann', isPicker: true });
	wizard.tell({ type: 'listed', isPicker: true, listing: LISTING });
	t.regex(wizard.text(), /Copy the trackers of a \.torrent or \.thost file/);
	wizard.type('old').press('Enter');
	t.deepEqual(wizard.asked(), { type: 'read-trackers', filePath: '/home/ann/old.torrent' });
	const trackers = {
		announce: 'http://m.example/a',
		tiers: [['http://a.example/a', 'http://b.example/a']],
	};
	wizard.tell({ type: 'trackers', trackers, from: '/home/ann/old.torrent' });
	t.is(wizard.state.texts.main.text, 'http://m.example/a');
	t.is(wizard.state.texts.tiers.text, 'http://a.example/a, http://b.example/a');
});

test('every piece length shows how many pieces come out', (t) => {
	const wizard = atOptions();
	t.regex(wizard.text(), /< by size > {2}2 torrents, 300M, 1 to 1145 pieces/);
	wizard.press('Right');
	t.regex(wizard.text(), /< 16 KiB > {2}2 torrents, 300M, 1 to 18311 pieces/);
	wizard.press('Left', 'Left');
	t.regex(wizard.text(), /< 64 MiB > {2}2 torrents, 300M, 1 to 5 pieces/);
});

test('what the form says is what is made', (t) => {
	const wizard = atOptions().press('Right', 'Tab', 'Space', 'Tab').type('label');
	wizard.press('Tab').type('a comment').press('Tab').type('http://w.example/1 https://w.example/2');
	wizard.press('Tab', 'Tab').type('out').press('Tab', 'Space', 'ctrl+n', 'Enter');
	const effect = wizard.asked();
	if (effect?.type !== 'make') return t.fail(JSON.stringify(effect));
	t.is(effect.requests.length, 2);
	t.like(effect.requests[0], {
		inputPath: '/home/ann/album',
		outputFolder: 'out',
		isForced: true,
		pieceLengthBytes: 16_384,
		isPrivate: true,
		source: 'label',
		comment: 'a comment',
		webSeeds: ['http://w.example/1', 'https://w.example/2'],
		httpSeeds: [],
	});
	t.like(effect.requests[0]?.trackers, { announce: 'http://tracker.example/announce' });
	t.is(wizard.state.run, 'running');
});

test('a wrong web seed keeps the page of options', (t) => {
	const wizard = atOptions();
	wizard.press('Tab', 'Tab', 'Tab', 'Tab').type('ftp://w.example/1').press('ctrl+n');
	t.is(wizard.state.page, 'options');
	t.regex(wizard.text(), /! "ftp:\/\/w\.example\/1" has another scheme than http, https/);
});

test('an item can be taken out before it is made, and one that cannot be made is left out', (t) => {
	const wizard = new FakeWizard().press('Space', 'ctrl+n').tell({
		type: 'measured',
		items: [
			planned('a', 5),
			planned('b', 5),
			planned('c', 0, '/home/ann/c holds no data to share'),
		],
	});
	wizard.press('ctrl+n', 'ctrl+n', 'shift+Tab', 'shift+Tab', 'Delete', 'Tab', 'Tab', 'Enter');
	const effect = wizard.asked();
	if (effect?.type !== 'make') return t.fail(JSON.stringify(effect));
	t.deepEqual(
		effect.requests.map(({ inputPath }) => inputPath),
		['/home/ann/b'],
	);
});

test('Escape stops the work, keeps what is made, and the rest can be made again', (t) => {
	const progress = { hashedBytes: 10, totalBytes: 100, fileCount: 1 };
	const wizard = atOptions()
		.press('ctrl+n', 'Enter')
		.tell(
			{ type: 'made', made: made('album') },
			{ type: 'hashing', inputPath: '/home/ann/notes.txt', progress },
		);
	wizard.press('Escape');
	t.deepEqual(wizard.asked(), { type: 'stop' });
	wizard.tell({ type: 'run-over', isStopped: true });
	t.regex(wizard.text(), /Stopped; 1 torrent was made/);
	t.regex(wizard.text(), /album\.torrent/);
	t.regex(wizard.text(), /\[Seed now\]/);
	wizard.press('Enter');
	t.deepEqual(wizard.asked(), { type: 'leave', isSeeding: true });
});

test('a failure is told and does not hide what was made', (t) => {
	const wizard = atOptions()
		.press('ctrl+n', 'Enter')
		.tell(
			{ type: 'made', made: made('album') },
			{
				type: 'make-failed',
				inputPath: '/home/ann/notes.txt',
				message: 'notes.txt: Permission denied',
			},
			{ type: 'run-over', isStopped: false },
		);
	t.regex(wizard.text(), /! 1 torrent was made, 1 failed/);
	wizard.press('shift+Tab', 'Down');
	t.regex(wizard.text(), /! notes\.txt: Permission denied/);
});

test('leaving asks once when something was chosen', (t) => {
	const wizard = new FakeWizard().press('Escape');
	t.deepEqual(wizard.asked(), { type: 'leave', isSeeding: false });
	const chosen = new FakeWizard().press('Space', 'Escape');
	t.deepEqual(chosen.effects, []);
	t.regex(chosen.text(), /Nothing is saved yet; press again to leave/);
	t.deepEqual(chosen.press('Escape').asked(), { type: 'leave', isSeeding: false });
});

test('an edit saves only what was changed, and nothing when nothing was', (t) => {
	const torrent = {
		trackers: {
			announce: 'http://a.example/a',
			tiers: [['http://a.example/a'], ['wss://odd.example']],
		},
		comment: 'old',
	};
	const open = (): FakeWizard => new FakeWizard(EDIT).tell({ type: 'torrent', torrent });
	t.deepEqual(open().press('ctrl+n', 'Enter').asked(), { type: 'leave', isSeeding: false });
	const comment = open().press('shift+Tab', 'shift+Tab', 'shift+Tab', 'shift+Tab');
	t.is(comment.state.focus, 'comment');
	comment.press('Home', 'Delete', 'Delete', 'Delete').type('newer').press('ctrl+n', 'Enter');
	t.deepEqual(comment.asked(), {
		type: 'change-torrent',
		torrentPath: '/home/ann/album.torrent',
		changes: { comment: 'newer' },
	});
	const trackers = open().press('ctrl+u', 'Backspace', 'ctrl+u').type('udp://b.example:1');
	trackers.press('ctrl+n', 'Enter');
	t.like(trackers.asked(), {
		type: 'change-torrent',
		changes: { trackers: { announce: 'udp://b.example:1', tiers: [['udp://b.example:1']] } },
	});
});

test('an edit is not saved before the file was read, nor with a tracker that is none', (t) => {
	const wizard = new FakeWizard(EDIT).press('ctrl+n', 'Enter');
	t.deepEqual(wizard.effects, []);
	const torrent = { trackers: { announce: undefined, tiers: [] }, comment: '' };
	wizard.tell({ type: 'torrent', torrent }).press('Tab', 'Tab', 'Tab').type('x');
	wizard.press('ctrl+n', 'Enter');
	t.deepEqual(wizard.effects, []);
	t.regex(wizard.text(), /! "x" is no URL/);
});

test('what was made before "Make another" is seeded with the rest', (t) => {
	const wizard = atOptions()
		.press('ctrl+n', 'Enter')
		.tell({ type: 'made', made: made('album') }, { type: 'run-over', isStopped: false });
	wizard.press('Right', 'Enter');
	t.is(wizard.state.page, 'files');
	t.is(wizard.state.texts.tiers.text, 'http://tracker.example/announce');
	t.deepEqual(
		wizard.state.madeBefore.map(({ torrentPath }) => torrentPath),
		['/home/ann/album.torrent'],
	);
});
