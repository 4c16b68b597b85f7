/** Which client exchanges what with btmany, in which role, by which tracker, and who dials. */
import { aria2 } from './clients/aria2.js';
import { btmanyFolder, btmanyGet } from './clients/btmany.js';
import type { Client } from './clients/client.js';
import { libtorrent } from './clients/libtorrent.js';
import { qbittorrent } from './clients/qbittorrent.js';
import { rtorrent } from './clients/rtorrent.js';
import { transmission } from './clients/transmission.js';
import type { Member } from './members.js';
import type { Payload, PayloadName, Payloads } from './payloads.js';
import { ADDRESSES } from './settings.js';
import type { SwarmPlan } from './swarm.js';

/** A swarm, and the clients it cannot do without. */
export interface PlannedSwarm extends SwarmPlan {
	readonly needs: readonly Client[];
}

interface Peer {
	readonly client: Client;
	readonly address: string;
	/** Also the smallest payloads, and those without a tracker. */
	readonly isThorough: boolean;
}

const PEERS: readonly Peer[] = [
	{ client: libtorrent, address: ADDRESSES.libtorrent, isThorough: true },
	{ client: transmission, address: ADDRESSES.transmission, isThorough: true },
	{ client: aria2, address: ADDRESSES.aria2, isThorough: false },
	{ client: rtorrent, address: ADDRESSES.rtorrent, isThorough: false },
	{ client: qbittorrent, address: ADDRESSES.qbittorrent, isThorough: false },
];

const ALWAYS = ['mixed-http', 'mixed-udp'] as const satisfies readonly PayloadName[];
const TINY = ['1B-http', '16KiB-udp', '16KiB+1-udp'] as const satisfies readonly PayloadName[];

/** All swarms, the ones that tell most about a single client first. */
export function planSwarms(payloads: Payloads): readonly PlannedSwarm[] {
	return [
		...PEERS.flatMap((peer) => [
			// The 50 MiB once with each peer in each role, and in the end with each dialling side.
			planPair(payloads, peer, 'seeds', 'btmany', ['50MiB-http']),
			planPair(payloads, peer, 'seeds', 'peer', peer.isThorough ? TINY : []),
			planPair(payloads, peer, 'gets', 'peer', ['50MiB-http']),
			planPair(payloads, peer, 'gets', 'btmany', peer.isThorough ? TINY : []),
		]),
		...PEERS.filter((peer) => peer.isThorough).flatMap((peer) => [
			planTold(payloads, peer, 'seeds'),
			planTold(payloads, peer, 'gets'),
		]),
		...PEERS.filter(({ client }) => client !== qbittorrent).map((peer, index) =>
			planTriangle(payloads, peer, index),
		),
		planMixedSwarm(payloads),
	];
}

function planPair(
	payloads: Payloads,
	peer: Peer,
	peerRole: 'seeds' | 'gets',
	dialler: 'btmany' | 'peer',
	more: readonly PayloadName[],
): PlannedSwarm {
	const shared = [...ALWAYS, ...more].map((name) => payloads[name]);
	const [ours, theirs] = pair(peer, peerRole, shared);
	const members = dialler === 'btmany' ? [theirs, ours] : [ours, theirs];
	const getter = peerRole === 'seeds' ? ours : theirs;
	const dials = `${dialler === 'btmany' ? 'btmany' : peer.client.name} dials`;
	const roles = `${peer.client.name} ${peerRole}, ${dials}`;
	return {
		needs: [peer.client],
		members,
		cases: shared.map((payload) => ({
			name: `${roles}: ${payload.name}`,
			member: getter,
			payload,
		})),
	};
}

/** No tracker: btmany is told the peer on its command line. */
function planTold(payloads: Payloads, peer: Peer, peerRole: 'seeds' | 'gets'): PlannedSwarm {
	const payload = payloads['mixed-trackerless'];
	const [ours, theirs] = pair(peer, peerRole, [payload]);
	const name = `${peer.client.name} ${peerRole}, btmany dials --peer: ${payload.name}`;
	const told = { ...ours, isToldPeers: true };
	return {
		needs: [peer.client],
		members: [theirs, told],
		cases: [{ name, member: peerRole === 'seeds' ? told : theirs, payload }],
	};
}

function pair(
	peer: Peer,
	peerRole: 'seeds' | 'gets',
	shared: readonly Payload[],
): [Member, Member] {
	const [ourWants, theirWants] = peerRole === 'seeds' ? [shared, []] : [[], shared];
	return [
		{
			client: peerRole === 'seeds' ? btmanyGet : btmanyFolder,
			address: ADDRESSES.btmany,
			has: theirWants,
			wants: ourWants,
		},
		{ client: peer.client, address: peer.address, has: ourWants, wants: theirWants },
	];
}

/** Two btmany and another client; each has one payload and wants the other two. */
function planTriangle(payloads: Payloads, peer: Peer, index: number): PlannedSwarm {
	const all = [payloads['triangle-1'], payloads['triangle-2'], payloads['triangle-3']];
	const places = [
		{ client: btmanyFolder, address: ADDRESSES.btmany },
		{ client: btmanyFolder, address: ADDRESSES.secondBtmany },
		{ client: peer.client, address: peer.address },
	];
	const members = places.map((place, i) => ({
		...place,
		has: all.filter((_, j) => j === i),
		wants: all.filter((_, j) => j !== i),
	}));
	// First, in the middle, last: the other client listens only, does both, dials only.
	const order = members.slice(0, 2);
	order.splice(index % 3, 0, ...members.slice(2));
	const title = order.map(({ client }) => client.name).join(', ');
	return {
		needs: [peer.client],
		members: order,
		cases: order.flatMap((member, i) =>
			member.wants.map((payload) => ({
				name: `all get all (${title}): ${i + 1}. ${member.client.name} gets ${payload.name}`,
				member,
				payload,
			})),
		),
	};
}

/** One btmany seeds to everybody at once, to another btmany too. */
function planMixedSwarm(payloads: Payloads): PlannedSwarm {
	const shared = [payloads['50MiB-http'], payloads['mixed-http']];
	const seeder: Member = {
		client: btmanyFolder,
		address: ADDRESSES.btmany,
		has: shared,
		wants: [],
		// Slow enough that they have to get most of it from each other.
		options: ['--max-upload-rate=8M'],
	};
	const leechers = [...PEERS, { client: btmanyFolder, address: ADDRESSES.secondBtmany }].map(
		({ client, address }): Member => ({ client, address, has: [], wants: shared }),
	);
	return {
		needs: PEERS.map((peer) => peer.client),
		members: [seeder, ...leechers],
		areTogether: true,
		cases: leechers.flatMap((member) =>
			shared.map((payload) => ({
				name: `one btmany seeds to all at once: ${member.client.name} gets ${payload.name}`,
				member,
				payload,
			})),
		),
	};
}
