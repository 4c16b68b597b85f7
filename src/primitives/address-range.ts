/** Which numeric addresses are on this machine or in a private network: the guard against SSRF. */
import { addressBytes } from './endpoint.js';

export type AddressScope = 'public' | 'private' | 'loopback' | 'invalid';

/**
 * Where an address leads. `private` covers RFC 1918, link-local, unique local, carrier NAT,
 * multicast, unspecified and reserved ranges: everything that is neither loopback nor the Internet.
 */
export function addressScope(address: string): AddressScope {
	const bytes = addressBytes(address);
	if (bytes === undefined) return 'invalid';
	if (bytes.byteLength === 4) return scopeOfIpv4(bytes);
	if (isMapped(bytes)) return scopeOfIpv4(bytes.subarray(12));
	if (bytes.subarray(0, 15).every((byte) => byte === 0))
		return bytes[15] === 1 ? 'loopback' : 'private';
	const first = bytes[0] ?? 0;
	const second = bytes[1] ?? 0;
	const isPrivate = (first & 0xfe) === 0xfc || (first === 0xfe && second >= 0x80) || first === 0xff;
	return isPrivate ? 'private' : 'public';
}

function isMapped(bytes: Uint8Array): boolean {
	return (
		bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff
	);
}

function scopeOfIpv4(bytes: Uint8Array): AddressScope {
	const a = bytes[0] ?? 0;
	const b = bytes[1] ?? 0;
	if (a === 127) return 'loopback';
	const isPrivate =
		a === 0 ||
		a === 10 ||
		(a === 100 && b >= 64 && b < 128) ||
		(a === 169 && b === 254) ||
		(a === 172 && b >= 16 && b < 32) ||
		(a === 192 && b === 168) ||
		a >= 224;
	return isPrivate ? 'private' : 'public';
}
