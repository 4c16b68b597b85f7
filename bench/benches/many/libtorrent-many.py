#!/usr/bin/python3
"""Seeds every torrent of a folder without checking it, as after a restart.

usage: libtorrent-many.py FOLDER
Prints `seeding` once all of them seed.
"""
import glob
import sys
import time
import libtorrent as lt

folder = sys.argv[1]
session = lt.session({
    'listen_interfaces': '127.0.0.1:0',
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'active_limit': -1, 'active_seeds': -1, 'active_tracker_limit': -1,
    'alert_mask': 0,
})
paths = glob.glob(folder + '/*.torrent')
for path in paths:
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(path)
    params.save_path = folder
    params.flags |= lt.torrent_flags.seed_mode
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    session.async_add_torrent(params)
while sum(handle.status(0).is_seeding for handle in session.get_torrents()) < len(paths):
    time.sleep(0.1)
print('seeding', flush=True)
while True:
    time.sleep(60)
