#!/usr/bin/python3
"""Runs a command and tells what it used, from the kernel's own account (wait4(2)).

usage: wait4.py USAGE.json COMMAND [ARGUMENT]...
Exit code: the command's; 128 and the signal's number when a signal ended it.
"""
import json
import os
import signal
import sys
import time

report, *command = sys.argv[1:]
began = time.monotonic()
pid = os.posix_spawnp(command[0], command, os.environ)
for number in (signal.SIGTERM, signal.SIGINT):
    signal.signal(number, lambda received, _: os.kill(pid, received))
_, status, usage = os.wait4(pid, 0)
with open(report, 'w') as file:
    json.dump({
        'wallSeconds': time.monotonic() - began,
        'userSeconds': usage.ru_utime,
        'systemSeconds': usage.ru_stime,
        'peakRssKib': usage.ru_maxrss,
    }, file)
code = os.waitstatus_to_exitcode(status)
sys.exit(code if code >= 0 else 128 - code)
