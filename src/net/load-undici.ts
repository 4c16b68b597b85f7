/**
 * The HTTP client, loaded with the first request: most runs make none, or one in a while.
 * Behind its door `undici` also has fetch, WebSockets, caches and mocks, and loading those takes
 * four times as long as the connection pool that is used here.
 */
import type { Agent, buildConnector, Dispatcher } from 'undici';

/** What is used of `undici`. */
export interface UndiciParts {
	readonly Agent: typeof Agent;
	readonly buildConnector: typeof buildConnector;
	/** One request whose body is read as a stream. */
	readonly request: (
		dispatcher: Dispatcher,
		options: Dispatcher.RequestOptions,
	) => Promise<Dispatcher.ResponseData>;
}

let loading: Promise<UndiciParts> | undefined;

/** Loads the client once; later calls get the same. */
export function loadUndici(): Promise<UndiciParts> {
	loading ??= load();
	return loading;
}

async function load(): Promise<UndiciParts> {
	const [agent, connect, request] = await Promise.all([
		import('undici/lib/dispatcher/agent.js'),
		import('undici/lib/core/connect.js'),
		import('undici/lib/api/api-request.js'),
	]);
	return {
		Agent: agent.default,
		buildConnector: connect.default,
		request: (dispatcher, options) => request.default.call(dispatcher, options),
	};
}
