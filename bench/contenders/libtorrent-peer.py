#!/usr/bin/python3
"""Seeds or downloads one torrent until it is stopped.

usage: libtorrent-peer.py seeder|leecher ADDRESS PORT FOLDER FILE.torrent
Prints `ready` when a seeder has all pieces, `complete` when a leecher has them in its files.
Takes lines `connect ADDRESS PORT` on standard input.
"""
import json
import select
import sys
import libtorrent as lt

role, address, port, folder, path = sys.argv[1:]
# libtorrent's own preset for fast seeding, which is also its deepest queues and buffers.
settings = lt.high_performance_seed()
settings.update({
    'listen_interfaces': f'{address}:{port}',
    'outgoing_interfaces': address,
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'enable_incoming_utp': False, 'enable_outgoing_utp': False,
    'in_enc_policy': int(lt.enc_policy.disabled), 'out_enc_policy': int(lt.enc_policy.disabled),
    'allow_multiple_connections_per_ip': True,
    'max_failcount': 3,
    'alert_mask': lt.alert.category_t.error_notification | lt.alert.category_t.status_notification
                  | lt.alert.category_t.storage_notification,
})
settings.update(json.loads(sys.stdin.readline()))
session = lt.session(settings)
params = lt.add_torrent_params()
params.ti = lt.torrent_info(path)
params.save_path = folder
params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
params.flags |= lt.torrent_flags.disable_pex
if role == 'seeder':
    # As after a restart: nothing is hashed again, neither now nor when it is read.
    params.have_pieces = [True] * params.ti.num_pieces()
handle = session.add_torrent(params)
is_told = False
while True:
    session.wait_for_alert(10 if role == 'leecher' else 100)
    for alert in session.pop_alerts():
        if isinstance(alert, lt.torrent_finished_alert) and role == 'leecher':
            # Verified, but the last blocks may still wait in the disk queue. What libtorrent does
            # here by itself, asked for once more, because only then it tells when it is done.
            handle.flush_cache()
        elif isinstance(alert, lt.cache_flushed_alert):
            print('complete', flush=True)
        elif alert.category() & lt.alert.category_t.error_notification:
            print(f'{alert.what()}: {alert.message()}', file=sys.stderr, flush=True)
    if role == 'seeder' and not is_told and handle.status().is_seeding:
        is_told = True
        print('ready', flush=True)
    while select.select([sys.stdin], [], [], 0)[0]:
        words = sys.stdin.readline().split()
        if not words:
            sys.exit(0)
        handle.connect_peer((words[1], int(words[2])))
