#!/usr/bin/python3
"""Downloads and seeds torrents until it is stopped; one line for each that is complete.

usage: libtorrent-peer.py ADDRESS PORT FOLDER FILE.torrent...
"""
import sys
import libtorrent as lt

address, port, folder, *torrents = sys.argv[1:]
told = lt.alert.category_t
session = lt.session({
    'listen_interfaces': f'{address}:{port}',
    'outgoing_interfaces': address,
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'enable_incoming_utp': False, 'enable_outgoing_utp': False,
    'allow_multiple_connections_per_ip': True,
    'announce_to_all_trackers': True, 'announce_to_all_tiers': True,
    'min_reconnect_time': 1, 'peer_connect_timeout': 5, 'tracker_receive_timeout': 5,
    'alert_mask': told.error_notification | told.tracker_notification
                  | told.status_notification | told.peer_notification,
})
handles = []
for path in torrents:
    params = lt.add_torrent_params()
    params.ti = lt.torrent_info(path)
    params.save_path = folder
    params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
    handles.append(session.add_torrent(params))
complete = set()
while True:
    session.wait_for_alert(100)
    for alert in session.pop_alerts():
        print(f'{alert.what()}: {alert.message()}')
    for handle in handles:
        infohash = str(handle.info_hash())
        if infohash not in complete and handle.status().is_seeding:
            complete.add(infohash)
            print(f'complete {infohash}')
