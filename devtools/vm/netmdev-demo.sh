#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_queues: a web server of the
# kernel, and another service, on one address. testpmd takes port 80 by a rule, and is
# killed. Shows the commands that it runs; exits with 0 if everything else went on, and
# port 80 was the kernel's before and after.
#
#   devtools/vm/netmdev-demo.sh TESTPMD [EAL-OPTION]...

set -eu

. "$(dirname "$0")/../lib/usage"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/network"
. "$(dirname "$0")/queues"

no_option "$@"
uuid=8c54f81a-667b-45d3-ab82-71c6c5f73215
count=50

show()
{
	echo "# $*"
	"$@"
}

# serve PORT: by the kernel's TCP; the document is empty
serve()
{
	(cd /run/nothing-to-see && exec python3 -m http.server --bind 10.9.0.1 "$1") \
		>"/run/served-$1" 2>&1 &
}

# get PORT: does the client, the peer, get the document?
get()
{
	ip netns exec peer curl -s -o /run/document --max-time 3 "http://10.9.0.1:$1/"
}

# While a command runs, all pings and all requests to port 22 are answered.
meanwhile()
{
	local pings status=0

	pings peer 10.9.0.1 0.05 >/run/pings &
	pings=$!
	"$@" || status=$?
	for _ in {1..10}; do
		get 22 || status=1
	done
	wait $pings || status=1
	grep transmitted /run/pings
	echo "10 requests to port 22, $(grep -c 'GET / HTTP/1.1" 200' /run/served-22) answered in all"
	return $status
}

echo "# a port of the kernel, with queues to lend, and a client in the namespace peer:"
fresh_port 2
mkdir -p /run/nothing-to-see
serve 80
serve 22
until get 80 && get 22; do sleep 0.5; done
echo "port 80 is answered by the kernel's web server"

show mdevctl start -u $uuid -p mq0 -t mdev_queues-slot
run=("$@")
options+=(--forward-mode=rxonly --auto-start)
echo "# ${run[*]} -a $uuid -- -i ${options[*]} &"
start -a $uuid
rule="flow create 0 ingress pattern eth / ipv4 / tcp dst is 80 / end actions queue index 0 / end"
ask "$rule"
echo

echo "# port 80 is testpmd's, which does not answer; all else goes on:"
no_web()
{
	! get 80
}
meanwhile no_web
ask "show port stats 0"
[ "$(ask "show port stats 0" | awk '/RX-packets/ { print $2 }')" -gt 0 ]

echo
echo "# kill -9 testpmd: port 80 is the kernel's again"
end testpmd KILL 2>/run/killed || true
meanwhile get 80
show mdevctl stop -u $uuid
echo "port 80 is answered by the kernel's web server"
