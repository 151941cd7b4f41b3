#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdev_pci: use each kind of NIC
# that is there twice, wired back-to-back, as mediated devices. The machine itself
# fails if the kernel complains. Prints a line for each test.
#
#   devtools/vm/mdev-pci.sh TESTPMD PROC-INFO CHECK

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/functions"
. "$(dirname "$0")/testpmd"

testpmd=$1 proc_info=$2 check=$3
uuids=(17ce209d-18c0-43b1-920b-90f659e73d13 5f6aacef-c406-4efa-9629-e1ded7ec8683)
another=8779b265-07f9-420b-841e-6c6c3737c07e

# for start
# shellcheck disable=SC2034
run=("$testpmd" --no-pci --iova-mode=pa --no-telemetry -a "${uuids[0]}" -a "${uuids[1]}")
# shellcheck disable=SC2034
options=(--total-num-mbufs=4096 --hot-plug)

# create_device NIC: as mdevctl does it, which takes seconds
create_device()
{
	local types=/sys/bus/pci/devices/${functions[$1]}/mdev_supported_types

	echo "$2" >"$types/mdev_pci-function/create"
}

bind_kind()
{
	local nic

	for nic in 0 1; do
		bind "${functions[nic]}" mdev_pci && create_device $nic "${uuids[nic]}" ||
			return
	done
	# there is one of a function
	! create_device 0 "$another"
}

# Has each port received more than 1000 packets, by testpmd's last word?
received_by_both()
{
	awk '/RX-packets/ && $2 > 1000 { ports++ } END { exit ports != 2 }' <<<"$answer"
}

# What was sent is received and sent back, so two bursts of 32 become many packets.
bounce()
{
	links_up && tell "start tx_first" || return
	for _ in {1..100}; do
		tell "show port stats all" || return
		if received_by_both; then
			tell stop
			return
		fi
		pause 0.05
	done
	return 1
}

# traffic [EAL-OPTION]...: testpmd runs on, for the next tests
traffic()
{
	start "$@" && bounce && return
	cat $console
	return 1
}

# A program that is killed leaves a NIC behind that touches no memory.
killed()
{
	local function status=0

	tell start || status=1
	end testpmd KILL 2>/dev/null
	[ $status = 0 ] || return
	for function in "${functions[@]}"; do
		# bit 2 of the command register: bus master
		(($(od -An -tu1 -j4 -N1 "/sys/bus/pci/devices/$function/config") & 4)) &&
			return 1
	done
	traffic --in-memory
}

# The driver goes while testpmd has the device open, and testpmd lets go.
unbind_open()
{
	if ! in_time unbind "${functions[0]}"; then
		end testpmd KILL
		return 1
	fi
	[ ! -e "/sys/bus/mdev/devices/${uuids[0]}" ] && finish &&
		bind "${functions[0]}" mdev_pci && create_device 0 "${uuids[0]}" && traffic
}

# What a secondary process leaves is as it was, for the next one.
secondaries()
{
	local status=0

	for _ in 1 2; do
		received_at_least 1000 "$proc_info" --no-pci -a "${uuids[0]}" -a "${uuids[1]}" ||
			status=1
	done
	bounce || status=1
	finish || status=1
	# what EAL says of memory that is freed twice
	! grep -q "Invalid memory" $console || status=1
	[ $status = 0 ] || cat $console
	return $status
}

release_kind()
{
	local nic

	remove "${uuids[0]}" || return
	# the other device goes with the driver
	for nic in 0 1; do
		unbind "${functions[nic]}" || return
	done
	[ -z "$(ls /sys/bus/mdev/devices)" ]
}

# A real driver finds the NIC in order.
kernel_driver()
{
	local function

	for function in "${functions[@]}"; do
		echo >"/sys/bus/pci/devices/$function/driver_override"
	done
	modprobe "$1" || return
	for function in "${functions[@]}"; do
		echo "$function" >/sys/bus/pci/drivers_probe
		[ -e "/sys/bus/pci/devices/$function/driver" ] || return
		unbind "$function"
	done
}

# alone FUNCTION [WORD]: check one that is no NIC of two, for this alone if it is given
alone()
{
	local status

	functions=("$1")
	bind "$1" mdev_pci && create_device 0 "${uuids[0]}" || return
	with_groups "$check" "${uuids[0]}" "$@"
	status=$?
	unbind "${functions[0]}" && return $status
}

# Without being told that it is unsafe, the driver refuses a function, and says why.
refuses()
{
	local function

	function=$(functions_of 1b36:0005)
	modprobe mdev_pci || return
	! bind "$function" mdev_pci &&
		dmesg | grep "mdev_pci $function: DMA would let user space reach all of memory"
}

test_with_groups "82574L on the root bus: registers, regions, interrupts, no reset" \
	alone "$(functions_of 8086:10d3 | head -n 1)"
taken[8086:10d3]=1
while read -r id driver kind; do
	if ! take_two "$id"; then
		skip "$kind" "not two of them"
		continue
	fi
	test_that "$kind: bound, one mediated device each" bind_kind
	test_with_groups "$kind: registers, regions, interrupts, reset" \
		with_groups "$check" "${uuids[0]}" "${functions[0]}"
	test_that "$kind: testpmd sends and receives" traffic --in-memory
	test_that "$kind: testpmd is killed and starts again" killed
	test_that "$kind: driver unbound while testpmd runs" unbind_open
	test_that "$kind: two secondary processes, one after the other" secondaries
	test_that "$kind: device removed, driver unbound" release_kind
	test_that "$kind: the kernel's driver takes over" kernel_driver "$driver"
done <<<"$kinds"
test_with_groups "82540EM behind a bridge: mappings and INTx are in order after a reset" \
	alone "$(functions_of 8086:100e | tail -n 1)" reset
test_with_groups "NVMe: registers, regions, vectors of MSI-X, reset" \
	alone "$(functions_of 1b36:0010)"
test_with_groups "mdev_pci reads no more for a program that was killed" \
	alone "$(functions_of 1b36:0005)" read
test_that "mdev_pci can be unloaded" rmmod mdev_pci
test_that "mdev_pci refuses a function unless unsafe is allowed" refuses
