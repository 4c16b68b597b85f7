/** Who dialled whom, read from the kernel's tables: no client's own word is needed. */
import { readFileSync } from 'node:fs';

/** TCP states of a connection that was accepted: established, closing and time-wait. */
const ACCEPTED = new Set(['01', '04', '05', '06', '08', '09', '0B']);
const LISTENING = '0A';
const SAMPLE_INTERVAL_MS = 25;

interface Row {
	readonly local: string;
	readonly remote: string;
	readonly state: string;
}

/** True when something accepts connections on that port. */
export function isListening(address: string, port: number): boolean {
	const places = new Set([`${address}:${port}`, `0.0.0.0:${port}`, `:::${port}`]);
	return readRows().some((row) => row.state === LISTENING && places.has(row.local));
}

/** Collects connections for as long as it is open, the short ones too. */
export class DialWatch {
	/** `from address > to address:port`, and the milliseconds when it was first seen. */
	readonly #dials = new Map<string, number>();
	readonly #timer: NodeJS.Timeout;

	constructor() {
		this.#timer = setInterval(() => this.#sample(), SAMPLE_INTERVAL_MS);
	}

	/** When a connection from that address to that port was first seen; Infinity for never. */
	firstSeen(from: string, to: string, port: number): number {
		this.#sample();
		return this.#dials.get(`${from} > ${to}:${port}`) ?? Number.POSITIVE_INFINITY;
	}

	close(): void {
		clearInterval(this.#timer);
	}

	#sample(): void {
		const now = performance.now();
		for (const { local, remote, state } of readRows()) {
			if (!ACCEPTED.has(state)) continue;
			// Each end has its row. Only one of the two ports is one we gave out; the other is ephemeral.
			this.#note(`${addressOf(local)} > ${remote}`, now);
			this.#note(`${addressOf(remote)} > ${local}`, now);
		}
	}

	#note(dial: string, now: number): void {
		if (!this.#dials.has(dial)) this.#dials.set(dial, now);
	}
}

function addressOf(endpoint: string): string {
	return endpoint.slice(0, endpoint.lastIndexOf(':'));
}

function readRows(): Row[] {
	return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((file) =>
		readFileSync(file, 'utf8')
			.split('\n')
			.slice(1)
			.filter((line) => line !== '')
			.map((line) => {
				const [, local = '', remote = '', state = ''] = line.trim().split(/\s+/);
				return { local: decode(local), remote: decode(remote), state };
			}),
	);
}

/** `09004D0A:6E2C` to `10.77.0.9:28204`; IPv4 inside IPv6 counts as IPv4, any other IPv6 as `::`. */
function decode(text: string): string {
	const [hex = '', port = ''] = text.split(':');
	const portNumber = Number.parseInt(port, 16);
	const isMapped = hex.startsWith('0000000000000000FFFF0000');
	if (hex.length > 8 && !isMapped) return `:::${portNumber}`;
	const bytes = [...Buffer.from(hex.slice(-8), 'hex')].toReversed();
	return `${bytes.join('.')}:${portNumber}`;
}
