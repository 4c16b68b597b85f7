/** Open TCP connections to a local port, as the kernel tells them in `/proc/net/tcp` (proc(5)). */
import { readFileSync } from 'node:fs';

const ESTABLISHED = '01';

/** Connections over IPv4 whose far end is this port. */
export function countConnections(port: number): number {
	const remote = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
	let count = 0;
	for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
		const fields = line.trim().split(/\s+/);
		if (fields[2]?.endsWith(remote) === true && fields[3] === ESTABLISHED) count++;
	}
	return count;
}
