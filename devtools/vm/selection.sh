#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: which mediated devices testpmd opens. It is
# its system calls that tell, not its log. Prints a line for each test.
#
#   devtools/vm/selection.sh TESTPMD

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/testpmd"

uuids=(
	17ce209d-18c0-43b1-920b-90f659e73d13
	5f6aacef-c406-4efa-9629-e1ded7ec8683
	8779b265-07f9-420b-841e-6c6c3737c07e
	bc1b6f14-73c2-4688-804c-54f64310a854
)
trace=/run/trace

# shellcheck disable=SC2034 # for start
run=(strace -f --seccomp-bpf -qq -e "trace=open,openat,openat2" -o "$trace"
	"$1" --in-memory --no-telemetry)

# The devices that testpmd tried to open; /dev/vfio/vfio is the container of groups.
opened()
{
	grep -o '"/dev/vfio/[^"]*"' $trace | tr -d '"' | grep -v '/vfio$' | sort -u
}

# The files of devices
files_of()
{
	local uuid

	for uuid; do
		vfio_file "$uuid"
	done | sort
}

# opens "UUID..." EAL-OPTION...: does testpmd open these, and no other?
opens()
{
	local expected status=0

	# shellcheck disable=SC2086 # a list
	expected=$(files_of $1)
	start "${@:2}" && finish || status=1
	printf 'expected:\n%s\nopened:\n%s\n' "$expected" "$(opened)"
	[ $status = 0 ] && [ "$(opened)" = "$expected" ] && return
	cat $console
	return 1
}

for uuid in "${uuids[@]}"; do
	mdevctl start -u "$uuid" -p mdev_vnet -t mdev_vnet-nic
done
pci=$(basename "$(find /sys/bus/pci/devices -type l | head -n 1)")

test_that "without -a and -b, none is opened" opens ""
test_that "-b of a device opens all others" \
	opens "${uuids[0]} ${uuids[2]} ${uuids[3]}" -b "${uuids[1]}"
test_that "-a of a device opens that one" opens "${uuids[1]}" -a "${uuids[1]}"
test_that "-a of a PCI address opens none" opens "" -a "$pci"
test_that "-b of a PCI address opens none" opens "" -b "$pci"
test_that "--no-pci opens none" opens "" --no-pci
test_that "--no-pci and -a of a device open that one" \
	opens "${uuids[3]}" --no-pci -a "${uuids[3]}"
test_that "-a of a device in upper case, with the name of the bus, opens that one" \
	opens "${uuids[1]}" -a "mdev:${uuids[1]^^}"
test_that "-b of two devices, with and without the name of the bus, opens the others" \
	opens "${uuids[2]} ${uuids[3]}" -b "${uuids[0]}" -b "mdev:${uuids[1]^^}"
test_that "two devices in one -a open none" opens "" -a "${uuids[0]},${uuids[1]}"
test_that "the error names the second device" grep "${uuids[0]}: device ${uuids[1]}" $console
test_that "two devices in one -a do not stop the next -a" \
	opens "${uuids[2]}" -a "${uuids[0]},mac=1,${uuids[1]}" -a "${uuids[2]}"

# What other programs and drivers are given may be spelled in any way, too.
shows_info()
{
	start -a "${uuids[0]}" &&
		says "show device info ${uuids[0]^^}" "Infos for device ${uuids[0]} " && finish
}

# Two of them: one that is attached for it, and one that is there.
failsafe()
{
	start -a "${uuids[1]}" --vdev "net_failsafe0,dev(${uuids[0]^^}),dev(mdev:${uuids[1]^^})" &&
		says "show port summary all" net_failsafe &&
		says "show device info ${uuids[0]}" "Infos for device ${uuids[0]} " &&
		! grep 'sub_device' $console && finish
}

test_that "testpmd shows a device by its name in upper case" shows_info
test_that "failsafe takes devices by their names in upper case" failsafe
