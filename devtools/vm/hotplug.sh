#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: testpmd attaches and detaches mediated NICs,
# and gives one up when the administrator removes it. Prints a line for each
# test; they build on each other.
#
#   devtools/vm/hotplug.sh TESTPMD

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"

nic1=83b8f4f2-509f-382f-3c1e-e6bfe0fa1001
nic2=83b8f4f2-509f-382f-3c1e-e6bfe0fa1002

# shellcheck disable=SC2034 # for start
run=("$1" --in-memory --no-telemetry)
# shellcheck disable=SC2034
options=(--total-num-mbufs=2048 --hot-plug)

create()
{
	mdevctl start -u "$1" -p mdev_vnet -t mdev_vnet-nic
}

# says COMMAND PATTERN: does testpmd answer the command with that?
says()
{
	local size

	size=$(stat -c %s "$console")
	tell "$1" || return
	tail -c +$((size + 1)) "$console" | tee /run/answer
	grep -q -- "$2" /run/answer
}

# Within 5 seconds, is that printed?
prints()
{
	local i

	for i in {1..50}; do
		! grep -q -- "$1" "$console" || return 0
		sleep 0.1
	done
	tail "$console"
	return 1
}

open_files()
{
	find "/proc/$pid/fd" -type l ! -lname '/memfd:*' | wc -l
}

arrival()
{
	create $nic1 && prints "The device: $nic1 has been added!"
}

attach()
{
	says "port attach ${nic1^^}" "Port 0 is attached. Now total ports is 1"
}

attach_twice()
{
	says "port attach mdev:$nic1" "Failed to attach device" &&
		says "show port summary all" "ports: 1$"
}

show_device()
{
	says "show device info $nic1" "Bus name: mdev" &&
		grep -q "device_api=vfio-pci, mdev_type=mdev_vnet-nic, parent=mdev_vnet" \
			/run/answer
}

detach()
{
	says "port detach 0" "Now total ports is 0"
}

attach_by_key()
{
	says "port attach bus=mdev,uuid=$nic1" "Now total ports is 1" &&
		says "device detach $nic1" "Now total ports is 0"
}

# The first attachment opens what all share, so count from the second on.
cycles()
{
	local before i

	before=$(open_files)
	for i in {1..10}; do
		says "port attach $nic1" "Now total ports is 1" >/dev/null &&
			says "port detach 0" "Now total ports is 0" >/dev/null ||
			return
	done
	echo "$before open files before, $(open_files) after"
	[ "$(open_files)" = "$before" ]
}

# The write returns when testpmd has released the device.
removal()
{
	create $nic2 &&
		says "port attach $nic1" "Now total ports is 1" &&
		says "port attach $nic2" "Now total ports is 2" &&
		tell "port start all" && tell start || return
	timeout 20 sh -c "echo 1 >/sys/bus/mdev/devices/$nic1/remove" &&
		tell stop && says "show port summary all" "ports: 1$" &&
		grep -q $nic2 /run/answer
}

start --no-pci
test_that "a new device is reported" arrival
test_that "a device is attached, its UUID in upper case" attach
test_that "a device in use cannot be attached" attach_twice
test_that "a device is shown with its bus, API, type and parent" show_device
test_that "a device is detached" detach
test_that "a device is attached by a key and detached by its name" attach_by_key
test_that "10 times attached and detached, no file stays open" cycles
test_that "the administrator removes a device in use" removal
finish
test_that "testpmd ends well" test $? = 0
