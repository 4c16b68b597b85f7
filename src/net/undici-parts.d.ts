/** The three files of `undici` that this folder loads. The package has types for its door only. */
declare module 'undici/lib/dispatcher/agent.js' {
	import { Agent } from 'undici';

	export { Agent as default };
}

declare module 'undici/lib/core/connect.js' {
	import { buildConnector } from 'undici';

	export { buildConnector as default };
}

declare module 'undici/lib/api/api-request.js' {
	import type { Dispatcher } from 'undici';

	export default function request(
		this: Dispatcher,
		options: Dispatcher.RequestOptions,
	): Promise<Dispatcher.ResponseData>;
}
