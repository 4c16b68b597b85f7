/** How transmission-daemon is set up for loopback and driven, by the interop suite and the benches alike. */

export interface TransmissionTorrent {
	readonly hashString: string;
	readonly percentDone: number;
	/** 6 is seeding. */
	readonly status: number;
}

export interface TransmissionReply {
	readonly result: string;
	readonly arguments: { readonly torrents?: readonly TransmissionTorrent[] };
}

export interface TransmissionPlace {
	/** IPv4. */
	readonly address: string;
	readonly port: number;
	/** Of the payload. */
	readonly folder: string;
}

/** Its RPC, with the session id it wants to see repeated. */
export class TransmissionRpc {
	readonly #url: string;
	#sessionId = '';

	constructor(port: number) {
		this.#url = `http://127.0.0.1:${port}/transmission/rpc`;
	}

	async call(method: string, args: object): Promise<TransmissionReply> {
		const response = await fetch(this.#url, {
			method: 'POST',
			headers: { 'X-Transmission-Session-Id': this.#sessionId },
			body: JSON.stringify({ method, arguments: args }),
		});
		if (response.status === 409) {
			this.#sessionId = response.headers.get('X-Transmission-Session-Id') ?? '';
			return this.call(method, args);
		}
		const reply = (await response.json()) as TransmissionReply;
		if (reply.result !== 'success') throw new Error(`transmission: ${method}: ${reply.result}`);
		return reply;
	}
}

/** `settings.json`: TCP on one address, no encryption, nothing that finds peers by itself. */
export function transmissionSettings(
	place: TransmissionPlace,
	rpcPort: number,
): Readonly<Record<string, unknown>> {
	return {
		'bind-address-ipv4': place.address,
		'bind-address-ipv6': '::1',
		'peer-port': place.port,
		'peer-port-random-on-start': false,
		'rpc-bind-address': '127.0.0.1',
		'rpc-port': rpcPort,
		'rpc-authentication-required': false,
		'rpc-whitelist': '127.0.0.1',
		'download-dir': place.folder,
		'incomplete-dir-enabled': false,
		'rename-partial-files': false,
		'dht-enabled': false,
		'lpd-enabled': false,
		'pex-enabled': false,
		'utp-enabled': false,
		'port-forwarding-enabled': false,
		'download-queue-enabled': false,
		encryption: 0,
		preallocation: 0,
	};
}
