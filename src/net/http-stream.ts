/**
 * HTTP GET whose body is handed on in chunks as it arrives, for answers that do not fit in memory.
 * Redirects, headers, silences and the addresses it connects to are bounded as in `http-get.ts`;
 * how much of a body is taken is the receiver's matter.
 */
import type { Dispatcher } from 'undici';
import {
	HttpAgents,
	type HttpAgentsOptions,
	type HttpReach,
	MAX_REDIRECTS,
	redirectOf,
} from './http-agents.js';
import { asHttpError, HttpError, parseHttpUrl } from './http-error.js';

/** Of the body of a redirect; a longer one costs its connection. */
const MAX_REDIRECT_BYTES = 16 * 1024;

export interface HttpHead {
	readonly status: number;
	/** Lower-case names. */
	readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Who takes an answer. Nothing is called any more after `onEnd`, `onError` or `close`. */
export interface HttpReceiver {
	/** Once, for the answer at the end of all redirects. */
	onHead(head: HttpHead): void;
	/** Never empty; the chunk's memory is not the receiver's. */
	onData(chunk: Uint8Array): void;
	/** The body is complete. */
	onEnd(): void;
	onError(error: HttpError): void;
}

export interface HttpStreamOptions {
	readonly reach: HttpReach;
	readonly headers: Readonly<Record<string, string>>;
}

export interface HttpStreamerOptions extends HttpAgentsOptions {
	readonly userAgent: string;
}

/** Keeps connections between requests to one origin; `close` ends them. */
export class HttpStreamer {
	readonly #agents: HttpAgents;
	readonly #userAgent: string;

	constructor(options: HttpStreamerOptions) {
		this.#agents = new HttpAgents(options);
		this.#userAgent = options.userAgent;
	}

	/** Begins to fetch `url`; everything else, bad URLs too, is told to the receiver, never at once. */
	get(url: string, options: HttpStreamOptions, receiver: HttpReceiver): HttpStream {
		const headers = { 'user-agent': this.#userAgent, 'accept-encoding': 'identity' };
		const stream = new HttpStream(
			this.#agents,
			{ reach: options.reach, headers: { ...headers, ...options.headers } },
			receiver,
		);
		queueMicrotask(() => stream.begin(url));
		return stream;
	}

	/** Ends all connections; requests under way fail. */
	close(): Promise<void> {
		return this.#agents.close();
	}
}

/** One request under way. */
export class HttpStream {
	readonly #agents: HttpAgents;
	readonly #headers: Readonly<Record<string, string>>;
	readonly #receiver: HttpReceiver;
	#reach: HttpReach;
	#controller: Dispatcher.DispatchController | undefined;
	#redirects = 0;
	#isPaused = false;
	#isDone = false;

	/** Made by `HttpStreamer.get`. */
	constructor(agents: HttpAgents, options: HttpStreamOptions, receiver: HttpReceiver) {
		this.#agents = agents;
		this.#headers = options.headers;
		this.#reach = options.reach;
		this.#receiver = receiver;
	}

	/** No chunks until `resume`; silence is not held against the server meanwhile. */
	pause(): void {
		this.#isPaused = true;
		this.#controller?.pause();
	}

	resume(): void {
		this.#isPaused = false;
		this.#controller?.resume();
	}

	/** Gives up the answer and its connection; the receiver hears nothing more. */
	close(): void {
		this.#isDone = true;
		this.#abort();
	}

	/** Called by `HttpStreamer.get`, and again for each redirect. */
	begin(text: string, base?: URL): void {
		void this.#begin(text, base);
	}

	async #begin(text: string, base: URL | undefined): Promise<void> {
		if (this.#isDone) return;
		try {
			const url = parseHttpUrl(text, base);
			const agent = await this.#agents.agent(this.#reach);
			// Given up while the client was being loaded.
			if (this.#isDone) return;
			agent.dispatch(
				{
					origin: url.origin,
					path: `${url.pathname}${url.search}`,
					method: 'GET',
					headers: this.#headers,
				},
				this.#handler(url),
			);
		} catch (error) {
			this.#failed(error);
		}
	}

	#handler(url: URL): Dispatcher.DispatchHandler {
		let isRedirected = false;
		let bodyBytes = 0;
		return {
			onRequestStart: (controller) => {
				this.#controller = controller;
				if (this.#isDone) this.#abort();
			},
			onResponseStart: (controller, status, headers) => {
				if (this.#isDone || status < 200) return;
				const location = redirectOf(status, headers);
				if (location === undefined) {
					this.#receiver.onHead({ status, headers });
					if (this.#isPaused) controller.pause();
					return;
				}
				isRedirected = true;
				this.#controller = undefined;
				this.#redirect(location, url);
			},
			onResponseData: (controller, chunk) => {
				if (isRedirected) {
					// For people. A short one is let pass: its connection is needed again.
					bodyBytes += chunk.byteLength;
					if (bodyBytes > MAX_REDIRECT_BYTES) controller.abort(givenUp());
				}
				// The parser hands over empty chunks when it goes on after a pause.
				if (this.#isDone || isRedirected || chunk.byteLength === 0) return;
				this.#receiver.onData(chunk);
				if (this.#isPaused) controller.pause();
			},
			onResponseEnd: () => {
				if (this.#isDone || isRedirected) return;
				this.#isDone = true;
				this.#receiver.onEnd();
			},
			onResponseError: (_controller, error) => {
				if (!isRedirected) this.#failed(error);
			},
		};
	}

	#redirect(location: string, from: URL): void {
		if (++this.#redirects > MAX_REDIRECTS) {
			const message = `More than ${MAX_REDIRECTS} redirects`;
			this.#failed(new HttpError('HTTP_TOO_MANY_REDIRECTS', message));
			return;
		}
		this.#reach = this.#agents.reachAfter(from, this.#reach);
		this.begin(location, from);
	}

	#failed(error: unknown): void {
		if (this.#isDone) return;
		this.#isDone = true;
		this.#receiver.onError(asHttpError(error));
	}

	#abort(): void {
		this.#controller?.abort(givenUp());
	}
}

function givenUp(): HttpError {
	return new HttpError('HTTP_ABORTED', 'Request was given up');
}
