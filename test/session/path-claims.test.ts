import test from 'ava';
import type { Infohash } from '../../src/primitives/infohash.js';
import { PathClaims } from '../../src/session/path-claims.js';

const ONE = '1'.repeat(40) as Infohash;
const TWO = '2'.repeat(40) as Infohash;

test('a path belongs to who claimed it first, until that one lets go', (t) => {
	const claims = new PathClaims();
	t.is(claims.claim(ONE, '/d', ['/d/a', '/d/b/c']), undefined);
	t.is(claims.claim(ONE, '/d', ['/d/a', '/d/b/c']), undefined);
	t.is(claims.claim(TWO, '/d', ['/d/b/c']), ONE);
	claims.release(ONE, '/d', ['/d/a', '/d/b/c']);
	t.is(claims.claim(TWO, '/d', ['/d/b/c']), undefined);
	t.is(claims.claim(ONE, '/d', ['/d/b/c']), TWO);
});

test('two torrents may share a folder but not a file in it, and a refused claim claims nothing', (t) => {
	const claims = new PathClaims();
	claims.claim(ONE, '/d', ['/d/album/1', '/d/album/2']);
	t.is(claims.claim(TWO, '/d', ['/d/album/3', '/d/album/2']), ONE);
	t.is(claims.claim(ONE, '/d', ['/d/album/3']), undefined);
	t.is(claims.claim(TWO, '/d', ['/d/album/4']), undefined);
});

test('a file where another has a folder, and a folder where another has a file, are refused', (t) => {
	const claims = new PathClaims();
	claims.claim(ONE, '/d', ['/d/x/y/z']);
	t.is(claims.claim(TWO, '/d', ['/d/x/y']), ONE);
	t.is(claims.claim(TWO, '/d', ['/d/x']), ONE);
	t.is(claims.claim(TWO, '/d', ['/d/x/y/z/w']), ONE);
	claims.release(ONE, '/d', ['/d/x/y/z']);
	t.is(claims.claim(TWO, '/d', ['/d/x']), undefined);
});

test('claiming twice and letting go once leaves nothing behind', (t) => {
	const claims = new PathClaims();
	claims.claim(ONE, '/d', ['/d/f/a']);
	claims.claim(ONE, '/d', ['/d/f/a']);
	claims.release(ONE, '/d', ['/d/f/a']);
	t.is(claims.claim(TWO, '/d', ['/d/f']), undefined);
});

test('letting go of what was never claimed changes nothing', (t) => {
	const claims = new PathClaims();
	claims.claim(ONE, '/d', ['/d/f/a']);
	claims.release(TWO, '/d', ['/d/f/a']);
	t.is(claims.claim(TWO, '/d', ['/d/f/a']), ONE);
});
