/** What a run of payload is made of: requests of an HTTP seed, one after the other. Plain data. */

/** A block of a piece. */
export interface SeedBlock {
	readonly piece: number;
	readonly offsetBytes: number;
	readonly lengthBytes: number;
}

/** One request, or the zeros of a padding file, which nobody is asked for (BEP 47). */
export type SeedPart =
	| { readonly type: 'zeros'; readonly lengthBytes: number }
	| {
			readonly type: 'file';
			readonly url: string;
			readonly fileIndex: number;
			/** The first byte of the range in its file; the range is `lengthBytes` long. */
			readonly fromBytes: number;
			readonly lengthBytes: number;
			readonly fileBytes: number;
	  }
	| { readonly type: 'piece'; readonly url: string; readonly lengthBytes: number };

/** The requests for a range of the payload, in order. */
export type PlanParts = (offsetBytes: number, lengthBytes: number) => readonly SeedPart[];
