/** Colours and signs for the terminal at hand. */
import test from 'ava';
import { makeTheme, paint, themeOptionsFrom } from '../../src/ui/theme.js';

test('a UTF-8 locale gets Unicode signs, any other gets ASCII', (t) => {
	t.true(themeOptionsFrom({ LANG: 'de_DE.UTF-8' }).hasUnicode);
	t.true(themeOptionsFrom({ LANG: 'C', LC_CTYPE: 'C.utf8' }).hasUnicode);
	t.false(themeOptionsFrom({ LANG: 'de_DE.UTF-8', LC_ALL: 'C' }).hasUnicode);
	t.false(themeOptionsFrom({}).hasUnicode);
	t.false(themeOptionsFrom({ LANG: 'C.UTF-8', TERM: 'linux' }).hasUnicode);
});

test('NO_COLOR wins, an empty one does not count', (t) => {
	t.is(themeOptionsFrom({ NO_COLOR: '1', COLORTERM: 'truecolor' }).colours, 'none');
	t.is(themeOptionsFrom({ NO_COLOR: '' }).colours, 'sixteen');
});

test('24-bit colours need a background known to be dark', (t) => {
	t.is(themeOptionsFrom({ COLORTERM: 'truecolor' }).colours, 'sixteen');
	t.is(themeOptionsFrom({ COLORTERM: 'truecolor', COLORFGBG: '15;0' }).colours, 'true');
	t.is(themeOptionsFrom({ COLORTERM: 'truecolor', COLORFGBG: '0;15' }).colours, 'sixteen');
});

test('without colours errors and warnings still stand out', (t) => {
	const theme = makeTheme({ hasUnicode: true, colours: 'none' });
	t.is(paint(theme, 'down', '1M'), '1M');
	t.is(paint(theme, 'error', '!'), '\u001b[1;4m!\u001b[0m');
});
