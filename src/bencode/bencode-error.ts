/** Why bytes were refused as bencoding, or a decoded field as the wrong type. */
import { AppError } from '../primitives/app-error.js';

export type BencodeErrorCode =
	/** The input ends inside a value. */
	| 'BENCODE_UNEXPECTED_END'
	/** A byte that starts no value. */
	| 'BENCODE_BAD_TOKEN'
	/** Sign, digits or leading zeros that are not canonical. */
	| 'BENCODE_BAD_INTEGER'
	/** An integer outside -(2^53 - 1) to 2^53 - 1. */
	| 'BENCODE_INTEGER_RANGE'
	/** A string length that is not canonical digits and a colon. */
	| 'BENCODE_BAD_LENGTH'
	| 'BENCODE_BAD_KEY'
	| 'BENCODE_DUPLICATE_KEY'
	| 'BENCODE_MISSING_VALUE'
	| 'BENCODE_TRAILING_BYTES'
	| 'BENCODE_TOO_LONG'
	| 'BENCODE_TOO_DEEP'
	| 'BENCODE_TOO_MANY_TOKENS'
	| 'BENCODE_FIELD_MISSING'
	| 'BENCODE_FIELD_TYPE'
	/** A value that bencoding has no form for. */
	| 'BENCODE_NOT_ENCODABLE';

/** One line that names the field; `field` is its path (`info.files[2].length`), empty at the top. */
export class BencodeError extends AppError {
	declare readonly code: BencodeErrorCode;
	readonly field: string;
	/** What is wrong, without the field. */
	readonly reason: string;

	constructor(
		code: BencodeErrorCode,
		field: string,
		reason: string,
		options?: { cause?: unknown },
	) {
		super(code, field === '' ? reason : `${field}: ${reason}`, options);
		this.field = field;
		this.reason = reason;
	}
}
