import test from 'ava';
import { addressesInHosts, type NameSources, Resolver } from '../../src/net/resolver.js';
import { VirtualClock } from '../helpers/virtual-clock.js';

function makeSources(overrides: Partial<NameSources> = {}): NameSources & { asked: string[] } {
	const asked: string[] = [];
	const none = (source: string) => async (name: string) => {
		asked.push(`${source} ${name}`);
		return [];
	};
	const sources = { hosts: none('hosts'), network: none('network'), system: none('system') };
	return { ...sources, cancel: () => {}, ...overrides, asked };
}

test('numeric hosts and localhost ask nobody', async (t) => {
	const sources = makeSources();
	const resolver = new Resolver({ clock: new VirtualClock(), sources });
	t.deepEqual(await resolver.resolve('10.0.0.1'), ['10.0.0.1']);
	t.deepEqual(await resolver.resolve('::1'), ['::1']);
	t.deepEqual(await resolver.resolve('LOCALHOST.'), ['127.0.0.1', '::1']);
	t.deepEqual(sources.asked, []);
});

test('the hosts file wins over the network, and the network over the system', async (t) => {
	const sources = makeSources({
		hosts: async (name) => (name === 'a.example' ? ['10.0.0.1'] : []),
		network: async (name) => (name === 'c.example' ? [] : ['10.0.0.2']),
		system: async () => ['10.0.0.3'],
	});
	const resolver = new Resolver({ clock: new VirtualClock(), sources });
	t.deepEqual(await resolver.resolve('A.example'), ['10.0.0.1']);
	t.deepEqual(await resolver.resolve('b.example'), ['10.0.0.2']);
	t.deepEqual(await resolver.resolve('c.example'), ['10.0.0.3']);
	t.deepEqual(await resolver.resolve('intranet'), ['10.0.0.3']);
});

test('a name is asked once for all who want it at the same time, and again after a minute', async (t) => {
	const clock = new VirtualClock();
	let asked = 0;
	const sources = makeSources({
		network: async () => {
			asked++;
			return ['10.0.0.1'];
		},
	});
	const resolver = new Resolver({ clock, sources });
	await Promise.all([resolver.resolve('a.example'), resolver.resolve('a.example')]);
	await resolver.resolve('a.example');
	t.is(asked, 1);
	await clock.advanceAsync(61_000);
	await resolver.resolve('a.example');
	t.is(asked, 2);
});

test('a name without address is an error that is not remembered for long', async (t) => {
	const clock = new VirtualClock();
	const sources = makeSources();
	const resolver = new Resolver({ clock, sources });
	await t.throwsAsync(resolver.resolve('a.example'), { code: 'RESOLVER_NOT_FOUND' });
	await t.throwsAsync(resolver.resolve('a.example'), { code: 'RESOLVER_NOT_FOUND' });
	t.is(sources.asked.length, 3);
	await clock.advanceAsync(6000);
	await t.throwsAsync(resolver.resolve('a.example'), { code: 'RESOLVER_NOT_FOUND' });
	t.is(sources.asked.length, 6);
});

test('answers that are no addresses are dropped, and a source that fails is passed over', async (t) => {
	const sources = makeSources({
		hosts: () => Promise.reject(new Error('no such file')),
		network: async () => ['evil.example', '10.0.0.1'],
	});
	const resolver = new Resolver({ clock: new VirtualClock(), sources });
	t.deepEqual(await resolver.resolve('a.example'), ['10.0.0.1']);
});

test('the system is asked about one name at a time', async (t) => {
	let underWay = 0;
	let most = 0;
	const sources = makeSources({
		async system() {
			underWay++;
			most = Math.max(most, underWay);
			await Promise.resolve();
			underWay--;
			return ['10.0.0.1'];
		},
	});
	const resolver = new Resolver({ clock: new VirtualClock(), sources });
	await Promise.all(['a', 'b', 'c', 'd', 'e'].map((name) => resolver.resolve(name)));
	t.is(most, 1);
});

test('a closed resolver resolves nothing', async (t) => {
	const resolver = new Resolver({ clock: new VirtualClock(), sources: makeSources() });
	resolver.close();
	await t.throwsAsync(resolver.resolve('a.example'), { code: 'RESOLVER_CLOSED' });
});

test('a hosts file is read with comments, several names and both families', (t) => {
	const text =
		'# 10.0.0.9 t.example\n::5\tT.example alias\n10.0.0.1 x t.example # y\nbad t.example\n';
	t.deepEqual(addressesInHosts(text, 't.example'), ['10.0.0.1', '::5']);
	t.deepEqual(addressesInHosts(text, 'y'), []);
});
