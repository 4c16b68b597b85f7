/** Ports for programs that must be told one. */
import { createServer } from 'node:net';

/** A TCP port that nobody uses at this moment. */
export function freePort(address = '127.0.0.1'): Promise<number> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', reject);
		server.listen(0, address, () => {
			const bound = server.address();
			const port = bound !== null && typeof bound === 'object' ? bound.port : 0;
			server.close(() => resolve(port));
		});
	});
}
