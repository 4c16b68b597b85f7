#!/usr/bin/env bash
# Real transfers with real clients, in a network of its own in which nothing but loopback exists.
# usage: run.sh [PART OF A CASE'S NAME]...
# INTEROP_DIST  the built package to test, instead of dist
# INTEROP_OUT   these files as already compiled (npm run compile), instead of compiling them
# INTEROP_KEEP  when set, the work folder with all logs is left behind
# BTMANY_REQUIRE_PEERS=1 or CI=true   a client that is not installed is a failure, not a skip
set -u
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)

if [ "${INTEROP_INSIDE:-}" != 1 ]; then
	if [ ! -f "$root/dist/bin/btmany.js" ] && [ -z "${INTEROP_DIST:-}" ]; then
		echo "interop: dist/bin/btmany.js is missing; run npm run build first" >&2
		exit 1
	fi
	# Not as root: the own id is kept in the new user namespace, since opentracker refuses to be root there.
	if [ "$(id -u)" = 0 ]; then own_net=(unshare --net); else own_net=(unshare --map-current-user --keep-caps --net); fi
	if ! "${own_net[@]}" true; then
		echo "interop: '${own_net[*]}' does not work here: root, or user namespaces, and util-linux 2.38 are needed" >&2
		exit 1
	fi
	if [ -z "${INTEROP_OUT:-}" ]; then
		export INTEROP_OUT=$root/.build-interop
		(cd "$root" && node scripts/clean.mjs .build-interop && npx tsc -p tsconfig.test.json --outDir .build-interop) || exit 1
	fi
	INTEROP_INSIDE=1 exec "${own_net[@]}" bash "${BASH_SOURCE[0]}" "$@"
fi

PATH=$PATH:/usr/sbin:/sbin
if ! command -v ip > /dev/null; then
	echo "interop: the command 'ip' (package iproute2) is missing" >&2
	exit 1
fi
# Two interfaces can never be confused: there is only this one.
ip link set lo up || exit 1
for host in 1 2 3 4 5 6 7 8 9; do
	ip addr add "10.77.0.$host/32" dev lo || exit 1
done
# A program that does not bind its sockets appears as the first address, never as another client.
for host in 2 3 4 5 6 7 8 9; do
	ip route change local "10.77.0.$host" dev lo table local proto kernel scope host src 10.77.0.1 || exit 1
done
cd "$root" || exit 1
export INTEROP_SOURCE=$here INTEROP_DIST=${INTEROP_DIST:-$root/dist} LC_ALL=C.UTF-8
exec node --enable-source-maps "$INTEROP_OUT/test/interop/suite.js" "$@"
