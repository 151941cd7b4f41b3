#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module pktgen: the kernel sends
# packets into two mediated NICs at once, testpmd forwards them from each to the
# other. Exits with 0 if the kernel and testpmd counted every packet, at both
# ends and in both directions.
#
#   devtools/vm/forward.sh TESTPMD [EAL-OPTION]...

set -eu

uuids=(83b8f4f2-509f-382f-3c1e-e6bfe0fa1001 83b8f4f2-509f-382f-3c1e-e6bfe0fa1002)
count=10000
interfaces=()

pktgen()
{
	echo "$2" >"/proc/net/pktgen/$1"
}

counter()
{
	cat "/sys/class/net/$1/statistics/$2"
}

create_nic()
{
	local interface

	mdevctl start -u "$1" -p mdev_vnet -t mdev_vnet-nic
	interface=$(ls "/sys/bus/mdev/devices/$1/net")
	ip link set "$interface" up
	interfaces+=("$interface")
}

# testpmd says on which port it counted what; the port's line comes first.
testpmd_counter()
{
	awk -v port="$1" -v counter="$2:" '
		/[Ff]orward statistics for/ { in_port = $6 == port }
		in_port { for (i = 1; i < NF; i++) if ($i == counter) print $(i + 1) }
		' /run/testpmd-output
}

expect()
{
	echo "$1: $2 of $count"
	[ "$2" = $count ] || complete=no
}

# the only packets are to be those of pktgen
sysctl -q net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
for uuid in "${uuids[@]}"; do
	create_nic "$uuid"
done

# testpmd drops what a full queue does not take, unless it is told to try again
cat >/run/testpmd-commands <<END
set fwd io retry
set burst tx delay 100 retry 100000
start
END
mkfifo /run/testpmd-input
exec 3<>/run/testpmd-input
stdbuf -oL "$@" -a "${uuids[0]}" -a "${uuids[1]}" -- -i \
	--cmdline-file=/run/testpmd-commands <&3 >/run/testpmd-output 2>&1 &
testpmd=$!
until grep -q "^Read CLI commands" /run/testpmd-output; do
	kill -0 $testpmd || { cat /run/testpmd-output; exit 1; }
	sleep 0.1
done

for nic in 0 1; do
	# the other processor is busy with testpmd
	pktgen kpktgend_0 "add_device ${interfaces[nic]}"
	pktgen "${interfaces[nic]}" "count $count"
	pktgen "${interfaces[nic]}" "pkt_size 60"
	pktgen "${interfaces[nic]}" "dst_mac 02:00:00:00:00:0$nic"
done
pktgen pgctrl start

# the last packets may still be on their way
for _ in {1..50}; do
	[ "$(counter "${interfaces[0]}" rx_packets)" != $count ] ||
		[ "$(counter "${interfaces[1]}" rx_packets)" != $count ] || break
	sleep 0.1
done
printf 'stop\nquit\n' >&3
wait $testpmd
cat /run/testpmd-output

complete=yes
for nic in 0 1; do
	interface=${interfaces[nic]}
	expect "$interface sent" "$(counter "$interface" tx_packets)"
	expect "port $nic received" "$(testpmd_counter $nic RX-packets)"
	expect "port $nic sent" "$(testpmd_counter $nic TX-packets)"
	expect "$interface received" "$(counter "$interface" rx_packets)"
done
[ $complete = yes ]
