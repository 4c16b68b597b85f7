/** What this folder uses of the `bencode` package, which ships no types of its own. */
declare module 'bencode' {
	const bencode: {
		/** Maps, arrays, byte arrays and integers to bytes; keys of a Map may be byte arrays. */
		encode(value: unknown): Uint8Array;
		/** Trusts its input: only ever call it with bytes the scanner accepted. */
		decode(bytes: Uint8Array): unknown;
	};

	export { bencode as default };
}
