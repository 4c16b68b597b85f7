/** Why a `.torrent` file was refused, in one line that names the field. */
import { AppError } from '../primitives/app-error.js';

export type MetainfoErrorCode =
	/** Not one well-formed bencoded dictionary; `cause` is the BencodeError. */
	| 'METAINFO_MALFORMED'
	| 'METAINFO_TOO_LONG'
	| 'METAINFO_FIELD_MISSING'
	| 'METAINFO_FIELD_TYPE'
	/** A number or length outside what is allowed. */
	| 'METAINFO_FIELD_RANGE'
	/** Lengths, pieces and hashes do not fit together. */
	| 'METAINFO_MISMATCH'
	/** No byte to transfer. */
	| 'METAINFO_EMPTY'
	| 'METAINFO_TOO_MANY_PIECES'
	| 'METAINFO_TOO_MANY_FILES'
	| 'METAINFO_BAD_PATH'
	/** A pure BEP 52 torrent. */
	| 'METAINFO_V2_ONLY';

/** `field` is the path of the field (`info.files[2].length`), or `file` for the file as a whole. */
export class MetainfoError extends AppError {
	declare readonly code: MetainfoErrorCode;
	readonly field: string;

	constructor(
		code: MetainfoErrorCode,
		field: string,
		reason: string,
		options?: { cause?: unknown },
	) {
		super(code, `${field}: ${reason}`, options);
		this.field = field;
	}
}
