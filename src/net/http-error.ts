/** What can go wrong with an HTTP request, in one error class. */
import { AppError, errorCode, errorMessage } from '../primitives/app-error.js';

export type HttpErrorCode =
	| 'HTTP_BAD_URL'
	| 'HTTP_FORBIDDEN_ADDRESS'
	| 'HTTP_TOO_MANY_REDIRECTS'
	| 'HTTP_BODY_TOO_LARGE'
	| 'HTTP_BAD_BODY'
	| 'HTTP_TIMEOUT'
	| 'HTTP_ABORTED'
	| 'HTTP_FAILED';

/** Codes of the HTTP client, which is not loaded for its error classes alone. */
const CONNECT_TIMEOUT = 'UND_ERR_CONNECT_TIMEOUT';
const SILENCES: readonly (string | undefined)[] = [
	'UND_ERR_HEADERS_TIMEOUT',
	'UND_ERR_BODY_TIMEOUT',
];

/** A request that brought no usable answer; messages never contain the URL, which may hold a secret. */
export class HttpError extends AppError {
	override readonly code: HttpErrorCode;

	constructor(code: HttpErrorCode, message: string, options?: { cause?: unknown }) {
		super(code, message, options);
		this.code = code;
	}
}

/** Any failure as an `HttpError`; of several addresses tried, the last one's. */
export function asHttpError(error: unknown): HttpError {
	if (error instanceof HttpError) return error;
	const code = errorCode(error);
	if (code === CONNECT_TIMEOUT)
		return new HttpError('HTTP_TIMEOUT', 'Connection timed out', { cause: error });
	if (SILENCES.includes(code))
		return new HttpError('HTTP_TIMEOUT', 'Server sent nothing for too long', { cause: error });
	// Several addresses tried: the words are in the parts.
	const inner: unknown = error instanceof AggregateError ? (error.errors.at(-1) ?? error) : error;
	if (inner instanceof HttpError) return inner;
	const words = errorMessage(inner) || errorCode(inner) || 'Connection failed';
	return new HttpError('HTTP_FAILED', words, { cause: error });
}

/** @throws {HttpError} `HTTP_BAD_URL` unless it is an http or https URL */
export function parseHttpUrl(text: string, base?: URL): URL {
	if (!URL.canParse(text, base?.href)) throw new HttpError('HTTP_BAD_URL', 'URL cannot be read');
	const url = new URL(text, base);
	if (url.protocol === 'http:' || url.protocol === 'https:') return url;
	throw new HttpError('HTTP_BAD_URL', `Scheme ${url.protocol} is not http or https`);
}
