/** The file calls the disk threads make, in one object, so that tests can make any of them fail. */
import fs from 'node:fs';

export interface FileStat {
	readonly dev: number;
	readonly ino: number;
	readonly nlink: number;
	readonly size: number;
	readonly mtimeMs: number;
	isFile(): boolean;
	isDirectory(): boolean;
	isSymbolicLink(): boolean;
}

/** Every call is synchronous and throws the operating system's error. */
export interface DiskFs {
	open(path: string, flags: number, mode: number): number;
	close(fd: number): void;
	fstat(fd: number): FileStat;
	lstat(path: string): FileStat;
	/** Of what a symbolic link leads to. */
	stat(path: string): FileStat;
	/** True when this user may read it. */
	isReadable(path: string): boolean;
	/** Names in a folder as latin1, one character a byte, in no order; no more than `most`. */
	names(folder: string, most: number): string[];
	mkdir(path: string): void;
	/** The path without symbolic links. */
	realpath(path: string): string;
	/** Reads into the views in order; returns the bytes read, 0 at the end of the file. */
	readv(fd: number, views: readonly Uint8Array[], position: number): number;
	writev(fd: number, views: readonly Uint8Array[], position: number): number;
	fdatasync(fd: number): void;
	/** Bytes free for this user on the volume. */
	freeBytes(path: string): number;
}

export const nodeDiskFs: DiskFs = {
	open: (path, flags, mode) => fs.openSync(path, flags, mode),
	close: (fd) => fs.closeSync(fd),
	fstat: (fd) => fs.fstatSync(fd),
	lstat: (path) => fs.lstatSync(path),
	stat: (path) => fs.statSync(path),
	isReadable(path) {
		try {
			fs.accessSync(path, fs.constants.R_OK);
			return true;
		} catch {
			// Whatever the reason is: reading it would fail the same way.
			return false;
		}
	},
	names: readNames,
	mkdir: (path) => fs.mkdirSync(path),
	realpath: (path) => fs.realpathSync.native(path),
	readv: (fd, views, position) => fs.readvSync(fd, views, position),
	writev: (fd, views, position) => fs.writevSync(fd, views, position),
	fdatasync: (fd) => fs.fdatasyncSync(fd),
	freeBytes(path) {
		const volume = fs.statfsSync(path);
		return volume.bavail * volume.bsize;
	},
};

/** Read piecemeal: a folder may hold more names than fit into memory. */
function readNames(path: string, most: number): string[] {
	const names: string[] = [];
	const folder = fs.opendirSync(path, { encoding: 'latin1', bufferSize: 256 });
	try {
		for (let entry = folder.readSync(); entry !== null; entry = folder.readSync()) {
			names.push(entry.name);
			if (names.length >= most) break;
		}
	} finally {
		folder.closeSync();
	}
	return names;
}
