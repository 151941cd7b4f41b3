#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: TCP and UDP from the kernel through two sample
# NICs and testpmd, with who computes checksums and who segments in different places,
# and through several queues. Prints a line for each test.
#
#   devtools/vm/offloads.sh TESTPMD

set -u

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/network"

tcp=$(dirname "$0")/../bench/tcp.py
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
run=("$1" "${lcores[@]}" --no-pci -a "${uuids[0]}" -a "${uuids[1]}")
interfaces=()

# In a namespace each, so that nothing but the NICs is between them
create_nics()
{
	local nic

	for nic in 0 1; do
		mdevctl start -u "${uuids[nic]}" -p mdev_vnet -t mdev_vnet-nic || return
		interfaces[nic]=$(ls "/sys/bus/mdev/devices/${uuids[nic]}/net")
		give_address "nic$nic" "${interfaces[nic]}" "192.0.2.$((nic + 1))" || return
	done
	# not by the function below, which would be a shell around it: only that would be killed
	nsenter --net=/run/netns/nic0 "$tcp" receive &
	receiver=$!
	# python starts before testpmd polls
	run_console sender 'tcp> ' nsenter --net=/run/netns/nic1 "$tcp" send 192.0.2.1 \
		--seconds 0.5 --for-each-line
}

remove_nics()
{
	local nic

	end sender TERM
	kill "$receiver"
	wait "$receiver"
	for nic in 0 1; do
		mdevctl stop -u "${uuids[nic]}"
		ip netns del "nic$nic"
	done
}

# beside NIC COMMAND...: in its namespace. While testpmd polls, processes cost twice
# as much, so there are few, and "ip netns exec", which mounts as well, is not used.
beside()
{
	nsenter --net="/run/netns/nic$1" "${@:2}"
}

# The packets and bytes of the interface at which the data arrive
received()
{
	# shellcheck disable=SC2016 # of awk
	beside 0 awk -v name="${interfaces[0]}:" '$1 == name { print $3, $2 }' /proc/net/dev
}

wrong_checksums()
{
	beside 0 nstat -asz '*InCsumErrors'
	beside 1 nstat -asz '*InCsumErrors'
}

# How many datagrams found nobody who wants them?
unwanted()
{
	# shellcheck disable=SC2016 # of awk
	beside 0 awk '$1 == "Udp:" { no_ports = $3 } END { print no_ports }' /proc/net/snmp
}

# datagrams_arrive COUNT: intact, each from another port
datagrams_arrive()
{
	local before after

	before=$(unwanted)
	# shellcheck disable=SC2016 # expanded in the other shell
	beside 1 bash -c '
		for ((i = 0; i < $1; i++)); do
			echo odd >/dev/udp/192.0.2.1/9 || exit
		done' bash "$1" || return
	for _ in {1..50}; do
		after=$(unwanted)
		[ "$after" -lt $((before + $1)) ] || break
		pause 0.1
	done
	echo "datagrams: $before, then $after"
	[ "$after" -ge $((before + $1)) ]
}

# passes large|small: the stream arrives, in frames that are larger or not larger than
# what a wire takes, and none has a wrong checksum
passes()
{
	local before after rate size wrong

	read -ra before < <(received)
	query sender send >/dev/null || return
	rate=${answer%%$'\n'*}
	read -ra after < <(received)
	size=$(((after[1] - before[1]) / (after[0] - before[0] + 1)))
	echo "$rate Mbit/s in frames of $size bytes"
	datagrams_arrive 1 || return
	wrong=$(wrong_checksums)
	echo "$wrong"
	grep -q InCsumErrors <<<"$wrong" && ! grep -q '^[A-Z].*Errors *[1-9]' <<<"$wrong" || return
	if [ "$1" = large ]; then
		[ $size -gt 2000 ]
	else
		[ $size -le 1514 ]
	fi
}

# with_testpmd COMMAND...: forward meanwhile; the options of testpmd are in options
with_testpmd()
{
	local status=0

	# shellcheck disable=SC2119 # no options for start
	start && "$@" || status=$?
	tell stop
	finish
	[ $status = 0 ] || cat "$console"
	return $status
}

# What the interface must not leave to the driver, it does not.
switched_off_and_on()
{
	forward_and_rewrite hw 1448 && passes large &&
		beside 1 ethtool -K "${interfaces[1]}" tx off tso off &&
		passes small &&
		beside 1 ethtool -K "${interfaces[1]}" tx on tso on &&
		passes large
}

left_to_testpmd()
{
	forward_and_rewrite sw && passes small
}

left_to_the_kernel()
{
	tell "set fwd io" && tell start && passes small &&
		beside 1 ethtool -k "${interfaces[1]}" |
		grep 'tx-checksumming: off'
}

# packets PORT rx|tx QUEUE
packets()
{
	ask "show port xstats $1" | sed -n "s/^$2_q$3_good_packets: //p"
}

# Each stream stays in one of the queues, and there are enough of them for all.
through_all_queues()
{
	local queue status=0

	tell "set fwd io" && tell start && datagrams_arrive 64 || return
	for queue in 0 1; do
		echo "queue $queue: $(packets 1 rx $queue) received, $(packets 0 tx $queue) sent"
		[ "$(packets 1 rx $queue)" -gt 5 ] && [ "$(packets 0 tx $queue)" -gt 5 ] ||
			status=1
	done
	[ $status = 0 ] && passes small
}

create_nics >/dev/null
options=(--total-num-mbufs=16384 "${offloads[@]}")
test_that "mdev_vnet passes segments to be cut and checksums to be filled in, or not" \
	with_testpmd switched_off_and_on
options=(--total-num-mbufs=8192 --rx-offloads=0xc)
test_that "mdev_vnet passes checksums to be filled in, and testpmd does that" \
	with_testpmd left_to_testpmd
options=(--total-num-mbufs=8192)
test_that "mdev_vnet passes nothing to be done to a driver without offloads" \
	with_testpmd left_to_the_kernel
remove_nics
rmmod mdev_vnet
modprobe mdev_vnet queue_pairs=2
create_nics >/dev/null
options+=(--rxq=2 --txq=2)
test_that "mdev_vnet has several queues, and all of them are used" \
	with_testpmd through_all_queues
remove_nics
