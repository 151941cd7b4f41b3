#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module pktgen: testpmd on 256
# mediated NICs at once, or MDEV_MANY_NICS, 16 of which forward in pairs. Prints
# a line for each test; they build on each other.
#
#   devtools/vm/many.sh DPDK-TELEMETRY TESTPMD [EAL-OPTION]...

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"
. "$(dirname "$0")/traffic"

nics=${MDEV_MANY_NICS-256}
forwarding=16
packets=${MDEV_MANY_PACKETS-1000}

telemetry=$1
# shellcheck disable=SC2034 # for start
run=("${@:2}")
# shellcheck disable=SC2034
options=(--total-num-mbufs=32768 --rxd=64 --txd=64 --disable-link-check)

# Is there a port for each device, in the order of the devices?
all_ports()
{
	local nic

	ask "show port summary all" |
		awk '$1 ~ /^[0-9]+$/ { print $1, $3 }' >/run/ports
	for nic in "${!uuids[@]}"; do
		echo "$nic ${uuids[nic]}"
	done | diff - /run/ports
}

# An answer of telemetry has no room for all of them.
telemetry_lists_all()
{
	printf '%s\n' /mdev/list /mdev/list,128 "/mdev/list,$nics" /mdev/list,-1 | "$telemetry" \
		>/run/output
	cat /run/output
	grep -oE '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}' /run/output |
		diff <(printf '%s\n' "${uuids[@]}") - &&
		[ "$(grep -c "\"and $((nics - 128)) more: /mdev/list,128\"]}" /run/output)" = 1 ] &&
		[ "$(grep -c 'more' /run/output)" = 1 ] &&
		grep -F '{"/mdev/list": []}' /run/output &&
		grep -F '{"/mdev/list": null}' /run/output
}

all_started()
{
	says "port start all" "Done"
}

forward()
{
	local nic lost=0

	pktgen pgctrl start
	for ((nic = 0; nic < forwarding; nic += 2)); do
		crossed $nic $((nic + 1)) "$packets" || lost=1
		crossed $((nic + 1)) $nic "$packets" || lost=1
	done
	return $lost
}

uuids=()
devices=()
for ((nic = 0; nic < nics; nic++)); do
	printf -v uuid '%03x0fa2c-29f4-4c1b-a3d7-e6bfe0fa1%03x' $nic $nic
	uuids+=("$uuid")
	devices+=(-a "$uuid")
	if [ $nic -lt $forwarding ]; then
		create_nic "$uuid"
	else
		create_device "$uuid"
	fi
done

# some files are open for each device
ulimit -n 4096
start "${devices[@]}"
test_that "each of $nics devices has its port" all_ports
test_that "telemetry lists them in parts" telemetry_lists_all
test_that "all of them are started" all_started

tell "set portlist $(seq -s , 0 $((forwarding - 1)))"
start_forwarding
for ((nic = 0; nic < forwarding; nic++)); do
	feed $nic "$packets"
done
test_that "$forwarding of them forward without a loss" forward
finish
test_that "testpmd ends well" test $? = 0
