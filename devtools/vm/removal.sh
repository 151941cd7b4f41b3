#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module pktgen: the administrator
# removes mediated NICs while testpmd forwards between two pairs of them.
# Prints a line for each test; they build on each other.
#
#   devtools/vm/removal.sh TESTPMD [EAL-OPTION]...
#
# The kernel's end of a removal waits until the device is closed, and only then
# sends its event. So what makes testpmd close it is VFIO's removal request.
#
# To give up a port, testpmd (--hot-plug) stops to forward on all ports and
# starts again without it. The ports themselves run on, so what arrives in
# between must wait in the rings, and behind them in the kernel: in the other
# pair, every packet that was sent before, during and after the removals is
# counted at both ends. That is what is proved, not that nothing waits.
# testpmd would throw away what waits when it starts, but for --no-flush-rx.

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"

uuids=(
	17ce209d-18c0-43b1-920b-90f659e73d13
	5f6aacef-c406-4efa-9629-e1ded7ec8683
	8779b265-07f9-420b-841e-6c6c3737c07e
	bc1b6f14-73c2-4688-804c-54f64310a854
)

# shellcheck disable=SC2034 # for start
run=("$@")
# shellcheck disable=SC2034
options=(--total-num-mbufs=8192 --hot-plug --no-flush-rx)

# Do packets arrive at the NICs 0 and 1?
forwards()
{
	local nic before

	for nic in 0 1; do
		before=$(counter $nic rx_packets)
		for _ in {1..600}; do
			[ "$(counter $nic rx_packets)" -le "$before" ] || break
			pause 0.1
		done
		echo "${interfaces[nic]}: $before packets, then $(counter $nic rx_packets)"
		[ "$(counter $nic rx_packets)" -gt "$before" ] || return
	done
}

# removes UUID PORTS-LEFT COMMAND...: the command returns and the port is gone
removes()
{
	forwards && in_time "${@:3}" && [ ! -e "/sys/bus/mdev/devices/$1" ] &&
		prints "Now total ports is $2" && forwards || return
	says "show port summary all" "ports: $2$" && ! grep "$1" <<<"$answer"
}

# The kernel has sent until all was removed.
none_lost()
{
	crossed 0 1 "$(fed 0)" && crossed 1 0 "$(fed 1)"
}

devices=()
for uuid in "${uuids[@]}"; do
	create_nic "$uuid"
	devices+=(-a "$uuid")
done
start "${devices[@]}"
start_forwarding
for nic in "${!uuids[@]}"; do
	feed "$nic" 0
	pktgen "${interfaces[nic]}" "ratep 2000"
done
pktgen pgctrl start &

test_that "a NIC that forwards is removed through sysfs" \
	removes "${uuids[3]}" 3 remove "${uuids[3]}"
test_that "a NIC that forwards is removed with mdevctl" \
	removes "${uuids[2]}" 2 mdevctl stop -u "${uuids[2]}"
stop_feeding
test_that "the other two NICs have lost no packet" none_lost
finish
test_that "testpmd ends well" test $? = 0
