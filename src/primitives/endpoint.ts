/** A host address and port, and its compact forms (BEP 23: 4+2 bytes, BEP 7: 16+2 bytes). */
import { readUint16, writeUint16 } from './bytes.js';

/** `address` is a numeric IPv4 or IPv6 address in canonical form, without brackets or zone. */
export interface Endpoint {
	readonly address: string;
	readonly port: number;
}

/** `1.2.3.4:80` or `[::1]:80`: a Map key and what people read. */
export function formatEndpoint(endpoint: Endpoint): string {
	return endpoint.address.includes(':')
		? `[${endpoint.address}]:${endpoint.port}`
		: `${endpoint.address}:${endpoint.port}`;
}

/** Reads `1.2.3.4:80` or `[::1]:80`; undefined when it is neither or the port is not 1 to 65535. */
export function parseEndpoint(text: string): Endpoint | undefined {
	const match = /^(?:\[([0-9a-f:.]+)\]|(\d{1,3}(?:\.\d{1,3}){3})):(\d{1,5})$/i.exec(text);
	if (match === null) return undefined;
	const port = Number(match[3]);
	if (port < 1 || port > 65535) return undefined;
	const v4 = match[2];
	if (v4 !== undefined) {
		if (v4.split('.').some((part) => Number(part) > 255)) return undefined;
		return { address: v4.split('.').map(Number).join('.'), port };
	}
	const v6 = match[1] === undefined ? undefined : canonicalIpv6(match[1]);
	return v6 === undefined ? undefined : { address: unmapIpv4(v6), port };
}

/** `::ffff:1.2.3.4` as `1.2.3.4`; anything else unchanged. A dual-stack socket reports the former. */
export function unmapIpv4(address: string): string {
	const match = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
	return match?.[1] ?? address;
}

/** Reads one compact IPv4 peer of 6 bytes at `at`. */
export function readCompactIpv4(bytes: Uint8Array, at: number): Endpoint {
	return {
		address: `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`,
		port: readUint16(bytes, at + 4),
	};
}

/** Reads one compact IPv6 peer of 18 bytes at `at`. */
export function readCompactIpv6(bytes: Uint8Array, at: number): Endpoint {
	const groups: string[] = [];
	for (let i = 0; i < 16; i += 2) groups.push(readUint16(bytes, at + i).toString(16));
	const address = canonicalIpv6(groups.join(':')) ?? '::';
	return { address: unmapIpv4(address), port: readUint16(bytes, at + 16) };
}

/** The compact form: 6 bytes for IPv4, 18 for IPv6; undefined when the address is neither. */
export function compactEndpoint(endpoint: Endpoint): Uint8Array | undefined {
	const address = addressBytes(endpoint.address);
	if (address === undefined) return undefined;
	const bytes = new Uint8Array(address.byteLength + 2);
	bytes.set(address);
	writeUint16(bytes, address.byteLength, endpoint.port);
	return bytes;
}

/** 4 or 16 raw bytes of a numeric address; undefined when it is not one. */
export function addressBytes(address: string): Uint8Array | undefined {
	if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) {
		const parts = address.split('.').map(Number);
		return parts.every((part) => part <= 255) ? Uint8Array.from(parts) : undefined;
	}
	const canonical = canonicalIpv6(address);
	if (canonical === undefined) return undefined;
	const [head = '', tail] = embedToGroups(canonical).split('::');
	const left = head === '' ? [] : head.split(':');
	const right = tail === undefined || tail === '' ? [] : tail.split(':');
	const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
	const bytes = new Uint8Array(16);
	for (const [i, group] of groups.entries()) writeUint16(bytes, i * 2, Number.parseInt(group, 16));
	return bytes;
}

function embedToGroups(address: string): string {
	return address.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, a, b, c, d) => {
		const high = (Number(a) * 256 + Number(b)).toString(16);
		return `${high}:${(Number(c) * 256 + Number(d)).toString(16)}`;
	});
}

function canonicalIpv6(address: string): string | undefined {
	// The URL parser is the platform's own canonicaliser of IPv6 text.
	if (!/^[0-9a-f:.]+$/i.test(address) || !address.includes(':')) return undefined;
	let host: string;
	try {
		host = new URL(`http://[${address}]/`).hostname.slice(1, -1);
	} catch {
		return undefined; // Not an address: the caller decides what that means.
	}
	const mapped = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(host);
	if (mapped === null) return host;
	const [high, low] = [
		Number.parseInt(mapped[1] ?? '0', 16),
		Number.parseInt(mapped[2] ?? '0', 16),
	];
	return `::ffff:${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}
