/** What a `.torrent` may hold at most, apart from what reads it: makers ask for nothing else. */

/** Larger files are not even read: `pieces` of the largest torrent loaded fits several times. */
export const MAX_METAINFO_BYTES: number = 32 * 1024 * 1024;

/** The largest published torrents have about a hundred thousand files. */
export const MAX_FILES = 150_000;

/** 2^21: 32 GiB in the smallest common pieces, 32 TiB in pieces of 16 MiB. */
export const MAX_PIECES = 2_097_152;
