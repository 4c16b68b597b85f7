#!/usr/bin/python3
"""Checks one torrent's data and waits to be ended.

usage: recheck-libtorrent.py FOLDER FILE.torrent HASHING_THREADS
Prints `start` right before the check and `end PIECES` after it.
"""
import sys
import libtorrent as lt

folder, path, threads = sys.argv[1:]
session = lt.session({
    'listen_interfaces': '127.0.0.1:0',
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'aio_threads': int(threads), 'hashing_threads': int(threads),
    # Twice its default: as many reads under way as it likes.
    'checking_mem_usage': 512,
    'alert_mask': lt.alert.category_t.status_notification,
})
params = lt.add_torrent_params()
params.ti = lt.torrent_info(path)
params.save_path = folder
# Its queue would start the check with its next tick only.
params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
print('start', flush=True)
handle = session.add_torrent(params)
is_told = False
while True:
    session.wait_for_alert(1000)
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_checked_alert) and not is_told:
            is_told = True
            print('end', handle.status(lt.status_flags_t.query_pieces).num_pieces, flush=True)
