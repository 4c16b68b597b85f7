/** Commands that concern one torrent that is here and stays here. */
import type { Torrent } from '../torrent/torrent.js';
import type { CommandResult, SessionCommand } from './session-api.js';
import type { TorrentList } from './torrent-list.js';

export type TorrentCommand = Exclude<
	SessionCommand,
	{ readonly type: 'add' | 'update' | 'remove' | 'set-limits' }
>;

/** Changes the torrent; the queue decides afterwards what that means for its state. */
export function runTorrentCommand(
	torrent: Torrent,
	command: TorrentCommand,
	torrents: TorrentList,
): CommandResult {
	switch (command.type) {
		case 'pause':
		case 'resume':
			torrent.setPaused(command.type === 'pause');
			break;
		case 'recheck':
			torrent.recheck();
			break;
		case 'reannounce':
			torrent.trackers?.reannounce();
			break;
		case 'force':
			torrent.force();
			break;
		case 'move':
			for (const moved of torrents.move(torrent.infohash, command.position)) moved.touch();
			break;
		case 'set-sequential':
			torrent.setSequential(command.isSequential);
			break;
		case 'set-file-priority':
			if (!torrent.files.setPriority(command.fileIndex, command.priority)) {
				const message = `No file ${command.fileIndex} in this torrent`;
				return { ok: false, code: 'SESSION_NO_FILE', message };
			}
			torrent.wantsChanged();
			break;
	}
	return { ok: true, infohash: torrent.infohash };
}
