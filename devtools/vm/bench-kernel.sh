#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module pktgen: send packets between
# testpmd and the kernel in the ways that DPDK has, by turns. Prints tab-separated
# lines: what was measured, the way, the value.
#
# In a machine with -icount shift=0 and one processor, a nanosecond is an instruction:
# "instructions" counts those of the kernel for a packet that testpmd sends, and what
# TCP moves while testpmd and the kernel have 10^9 of them.
#
#   devtools/vm/bench-kernel.sh time|instructions TESTPMD OTHER-TESTPMD ROUNDS
#
# OTHER-TESTPMD has the drivers that this repository does not build.

set -eu

. "$(dirname "$0")/../lib/usage"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"
. "$(dirname "$0")/network"

takes 4 4 "$@"
what=$1
testpmd=$2
other_testpmd=$3
rounds=$4
tcp=$(dirname "$0")/../bench/tcp.py
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
ways=(mdev_vnet virtio-user af_packet af_xdp net_tap)

# The options of EAL for a port of a way; where its interface is made here, that, too.
port()
{
	local nic=$2

	case $1 in
	mdev_vnet)
		create_device "${uuids[nic]}"
		interfaces[nic]=$(ls "/sys/bus/mdev/devices/${uuids[nic]}/net")
		devices+=(-a "${uuids[nic]}") ;;
	virtio-user)
		interfaces[nic]=user$nic
		devices+=(--vdev "net_virtio_user$nic,path=/dev/vhost-net,queue_size=256,iface=user$nic") ;;
	af_packet|af_xdp)
		interfaces[nic]=veth$nic
		ip link add "veth$nic" type veth peer name "peer$nic"
		# its frames have checksums to be filled in, which these drivers do not know
		ethtool -K "veth$nic" tx off >/dev/null
		ip link set "peer$nic" up
		devices+=(--vdev "net_$1$nic,iface=peer$nic") ;;
	net_tap)
		interfaces[nic]=tap$nic
		devices+=(--vdev "net_tap$nic,iface=tap$nic") ;;
	esac
}

# start_way WAY PORTS: testpmd, with the interfaces of its ports up
start_way()
{
	local nic

	devices=()
	interfaces=()
	for ((nic = 0; nic < $2; nic++)); do
		port "$1" "$nic"
	done
	run=("$other_testpmd" "${lcores[@]}")
	[ "$1" != mdev_vnet ] || run=("$testpmd" "${lcores[@]}")
	start --no-pci "${devices[@]}"
	for nic in "${interfaces[@]}"; do
		ip link set "$nic" up
	done
	sleep 1
}

stop_way()
{
	local nic

	finish
	for nic in "${!interfaces[@]}"; do
		case $1 in
		mdev_vnet) echo 1 >"/sys/bus/mdev/devices/${uuids[nic]}/remove" ;;
		af_*) ip link del "veth$nic" ;;
		esac
	done
}

# per_second COMMAND...: how much what it prints grows in a second
per_second()
{
	local before begin

	before=$("$@")
	begin=$(date +%s%N)
	sleep 3
	echo $((($("$@") - before) * 1000000000 / ($(date +%s%N) - begin)))
}

# The part of the time for which the processor is in the kernel. The ticks that
# /proc/stat counts are too few, and fall on the same places of a burst.
kernel_share()
{
	perf record -q -o /run/perf.data -e cpu-clock -F 7919 -a sleep 2 >/run/perf.output 2>&1
	perf script -i /run/perf.data -F ip |
		awk '$1 ~ /^ffff/ && length($1) == 16 { kernel++ } END { print kernel / NR }'
}

print()
{
	printf '%s\t%s\t%s\n' "$@"
}

# send SIZE [BURST]: what testpmd sends, counted where the kernel receives it
send()
{
	tell "set fwd txonly"
	tell "set txpkts $1"
	tell "set burst ${2:-32}"
	tell start
	sleep 0.5
}

measure_sending()
{
	local size

	for size in 60 1500; do
		send $size
		print "send-$size" "$1" "$(per_second counter 0 rx_packets)"
		tell stop
	done
}

measure_receiving()
{
	local size

	tell "set fwd rxonly"
	tell start
	for size in 60 1500; do
		feed 0 0
		pktgen "${interfaces[0]}" "pkt_size $size"
		pktgen pgctrl start &
		sleep 0.5
		print "receive-$size" "$1" "$(per_second port_counter 0 RX-packets)"
		stop_feeding
		wait $!
		pktgen kpktgend_0 rem_device_all
	done
	tell stop
}

# Milliseconds from a ping to its answer
measure_round_trip()
{
	tell "set fwd icmpecho"
	tell start
	give_address bench "${interfaces[0]}" 192.0.2.1
	ip netns exec bench ping -q -c 200 -i 0.005 192.0.2.2 |
		sed -nE "s,^rtt [^=]*= [^/]*/([^/]*)/.*,round-trip\t$1\t\1,p"
	tell stop
	ip netns exec bench ip link set "${interfaces[0]}" netns 1
	ip netns del bench
}

# Between two ports. Virtio can leave checksums and cutting to the ends.
forward()
{
	case $1 in
	mdev_vnet|virtio-user)
		forward_and_rewrite hw 1448 ;;
	*)
		tell "set fwd io"
		tell start ;;
	esac
}

# measure_tcp WAY NAME: Mbit/s of one connection between interfaces of two ports,
# through testpmd
measure_tcp()
{
	local nic options=("${options[@]}")

	case $1 in
	# a frame of 64 KiB takes more than 30 buffers
	mdev_vnet|virtio-user) options+=(--total-num-mbufs=16384 "${offloads[@]}") ;;
	esac
	start_way "$1" 2
	forward "$1"
	for nic in 0 1; do
		give_address "bench$nic" "${interfaces[nic]}" "192.0.2.$((nic + 1))"
	done
	ip netns exec bench0 "$tcp" receive &
	sleep 1
	ip netns exec bench1 "$tcp" send 192.0.2.1 | sed "s/^/$2\t$1\t/"
	kill $!
	for nic in 0 1; do
		ip netns exec "bench$nic" ip link set "${interfaces[nic]}" netns 1
		ip netns del "bench$nic"
	done
	tell stop
	stop_way "$1"
}

measure_time()
{
	start_way "$1" 1
	measure_sending "$1"
	measure_receiving "$1"
	measure_round_trip "$1"
	stop_way "$1"
	measure_tcp "$1" tcp
}

# count_sending WAY SIZE BURST
count_sending()
{
	local packets share

	send "$2" "$3"
	packets=$(per_second counter 0 rx_packets)
	share=$(kernel_share)
	tell stop
	print "instructions-$2-$3" "$1" \
		"$(awk "BEGIN { printf \"%.0f\", $share * 1e9 / $packets }")"
}

count_instructions()
{
	start_way "$1" 1
	count_sending "$1" 60 32
	count_sending "$1" 60 1
	count_sending "$1" 1500 32
	stop_way "$1"
	measure_tcp "$1" tcp-instructions
}

modprobe -a vhost_net tun veth
# perf may take as much time as it needs
sysctl -q kernel.perf_cpu_time_max_percent=0
options=(--total-num-mbufs=8192)
for ((round = 0; round < rounds; round++)); do
	for way in "${ways[@]}"; do
		if [ "$what" = instructions ]; then
			count_instructions "$way"
		else
			measure_time "$way"
		fi
	done
done
