import test from 'ava';
import { redactUrl, trackerHost } from '../../src/tracker/redact-url.js';
import { looksLikeTracker, scrapeUrl, unsupportedReason } from '../../src/tracker/tracker-url.js';

const redacted = test.macro((t, url: string, shown: string) => {
	t.is(redactUrl(url), shown);
});
test(
	'an ordinary URL stays as it is',
	redacted,
	'udp://t.example:1337/announce',
	'udp://t.example:1337/announce',
);
test(
	'a passkey in the path is hidden',
	redacted,
	'https://t.example:8443/SECRETabc/announce.php',
	'https://t.example:8443/****/announce.php',
);
test(
	'a passkey of letters alone is hidden too',
	redacted,
	'http://t.example/tracker/abcdefgh/announce',
	'http://t.example/tracker/****/announce',
);
test(
	'values of a query are hidden and their names stay',
	redacted,
	'http://t.example/announce?passkey=SECRET123&uid=7',
	'http://t.example/announce?passkey=****&uid=****',
);
test(
	'a secret without a name is hidden',
	redacted,
	'http://t.example/announce?SECRET123SECRET123',
	'http://t.example/announce?****=****',
);
test(
	'user and password are hidden',
	redacted,
	'http://me:SECRET@t.example/announce#SECRET',
	'http://****@t.example/announce',
);
test('text that is no URL is hidden whole', redacted, 'SECRET \u001b[2J', '****');

test('a host is shown with its port', (t) => {
	t.is(trackerHost('http://me:SECRET@t.example:81/SECRET'), 't.example:81');
	t.is(trackerHost('SECRET'), '****');
});

const unsupported = test.macro((t, url: string, reason: RegExp | undefined) => {
	const found = unsupportedReason(url);
	if (reason === undefined) t.is(found, undefined);
	else t.regex(found ?? '', reason);
});
test('http is asked', unsupported, 'http://t.example/announce', undefined);
test('https with IPv6 is asked', unsupported, 'https://[::1]/announce', undefined);
test('udp is asked', unsupported, 'udp://t.example:80', undefined);
test('udp without a port is not', unsupported, 'udp://t.example/announce', /no port/);
test('a file is not', unsupported, 'file:///etc/passwd', /file is not supported/);
test('a websocket is not', unsupported, 'wss://t.example/announce', /wss/);
test('nonsense is not', unsupported, 'nonsense', /cannot be read/);
test(
	'a URL that brings an info_hash is not',
	unsupported,
	'http://t.example/a?INFO_HASH=x',
	/info_hash/,
);
test(
	'a URL of three kilobytes is not',
	unsupported,
	`http://t.example/${'a'.repeat(3000)}`,
	/longer/,
);

test('the scrape URL replaces announce in the last element of the path only', (t) => {
	t.is(scrapeUrl('http://t.example/announce'), 'http://t.example/scrape');
	t.is(
		scrapeUrl('http://t.example/x/announce.php?a=announce'),
		'http://t.example/x/scrape.php?a=announce',
	);
	t.is(scrapeUrl('http://t.example/announce/x'), undefined);
	t.is(scrapeUrl('http://t.example/a'), undefined);
});

test('only paths that end like a tracker may lead to this machine', (t) => {
	t.true(looksLikeTracker(new URL('http://127.0.0.1/key/announce.php?x=1')));
	t.true(looksLikeTracker(new URL('http://127.0.0.1/scrape')));
	t.false(looksLikeTracker(new URL('http://127.0.0.1/shutdown')));
	t.false(looksLikeTracker(new URL('http://127.0.0.1/announce/shutdown')));
});
