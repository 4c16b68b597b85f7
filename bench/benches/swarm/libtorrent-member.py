#!/usr/bin/python3
"""One libtorrent session with one torrent; takes the same plan as btmany-member.ts.

Prints `complete` when it has all pieces; answers each line on standard input with its totals.
"""
import json
import select
import sys
import libtorrent as lt

plan = json.loads(sys.argv[1])
session = lt.session({
    'listen_interfaces': f"{plan['address']}:{plan['port']}",
    'outgoing_interfaces': plan['address'],
    'enable_dht': False, 'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False,
    'enable_incoming_utp': False, 'enable_outgoing_utp': False,
    'in_enc_policy': int(lt.enc_policy.disabled), 'out_enc_policy': int(lt.enc_policy.disabled),
    'allow_multiple_connections_per_ip': True,
    'upload_rate_limit': plan['uploadBytesPerSecond'],
    'unchoke_slots_limit': plan['uploadSlots'],
    'rate_limit_ip_overhead': False,
    'alert_mask': lt.alert.category_t.error_notification | lt.alert.category_t.status_notification,
})
# Limits hold on the local network too.
everybody = lt.ip_filter()
everybody.add_rule('0.0.0.0', '255.255.255.255', 1 << int(lt.session.global_peer_class_id))
session.set_peer_class_filter(everybody)
params = lt.add_torrent_params()
params.ti = lt.torrent_info(plan['torrentPath'])
params.save_path = plan['folder']
params.flags &= ~(lt.torrent_flags.auto_managed | lt.torrent_flags.paused)
params.flags |= lt.torrent_flags.disable_pex
if plan['role'] == 'seeder':
    params.have_pieces = [True] * params.ti.num_pieces()
handle = session.add_torrent(params)
complete = False
while True:
    session.wait_for_alert(50)
    session.pop_alerts()
    if not complete and handle.status().is_seeding:
        complete = True
        print('complete', flush=True)
    while select.select([sys.stdin], [], [], 0)[0]:
        if not sys.stdin.readline():
            sys.exit(0)
        status = handle.status()
        print(json.dumps({
            'sentBytes': status.total_payload_upload,
            'receivedBytes': status.total_payload_download,
            'wastedBytes': status.total_redundant_bytes + status.total_failed_bytes,
        }), flush=True)
