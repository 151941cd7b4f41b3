#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: what dpdk-devbind.py tells of mediated devices,
# and that it tells nothing else where there are none. Prints a line for each test.
#
#   devtools/vm/devbind.sh DPDK-DIRECTORY DIRECTORY-WITH-THE-BUS

. "$(dirname "$0")/../tests/common"

unmodified=$1/usertools/dpdk-devbind.py
devbind=$2/usertools/dpdk-devbind.py
nic=53260ef2-7e2a-4054-a0a4-26428bc583bc
idle=97f07f04-2c4e-44b0-97f3-a4161fc94778

# shows TEXT OPTION...: is that a line of what it prints?
shows()
{
	python3 "$devbind" "${@:2}" 2>/dev/null | tee /dev/stderr | grep -qxF -- "$1"
}

same()
{
	python3 "$unmodified" --status >/run/unmodified && python3 "$devbind" --status \
		>/run/with-mdev && diff /run/unmodified /run/with-mdev && [ -s /run/with-mdev ]
}

# What was shown before is shown, followed by the mediated devices.
added()
{
	python3 "$devbind" --status | tee /run/with-mdev &&
		[ "$(head -n "$(wc -l </run/unmodified)" /run/with-mdev)" = "$(</run/unmodified)" ] &&
		[ "$(sed "1,$(wc -l </run/unmodified)d" /run/with-mdev)" = "
Mediated devices
================
$(line $nic root:root:600)
$(line $idle root:root:600)" ]
}

# The files of a device: of its group, if it has one, and of its own, if it has one
files_of()
{
	local device=/sys/bus/mdev/devices/$1 file

	for file in "/dev/vfio/$(basename "$(readlink "$device/iommu_group")")" \
			"/dev/vfio/devices/$(basename "$device"/vfio-dev/vfio*)"; do
		[ ! -c "$file" ] || echo "$file"
	done
}

# line UUID ACCESS [USER]: what it shall print of a NIC with that access to each file
line()
{
	local device=/sys/bus/mdev/devices/$1 group='<none>' access

	[ ! -e "$device/iommu_group" ] ||
		group=$(basename "$(readlink "$device/iommu_group")")
	access=$(files_of "$1" | sed "s/.*/$2/" | paste -sd ,)
	echo "$1 'mdev_vnet-nic vfio-pci' parent=mdev_vnet drv=mdev_vnet group=$group" \
		"if=$(ls "$device/net") access=$access used-by=${3-}"
}

nothing_else()
{
	[ "$(python3 "$devbind" --status-dev mdev | grep -c devices)" = 1 ]
}

of_nobody()
{
	chown nobody:nogroup "$@" && chmod 660 "$@" &&
		shows "$(line $nic nobody:nogroup:660)" --status-dev mdev
}

used()
{
	local pid status=0

	sleep infinity 4<>"$1" &
	pid=$!
	shows "$(line $nic nobody:nogroup:660 "sleep:$pid")" --status || status=1
	kill $pid
	wait $pid
	return $status
}

unbound()
{
	echo $idle >/sys/bus/mdev/drivers/mdev_vnet/unbind
	shows "$idle 'mdev_vnet-nic vfio-pci' parent=mdev_vnet drv=<none> group=<none> if= access=<none> used-by=" \
		--status-dev mdev
}

test_that "without mediated devices, the status is that of DPDK" same
test_that "--status-dev mdev says that there is none" shows "<none>" --status-dev mdev
for uuid in $nic $idle; do
	mdevctl start -u "$uuid" -p mdev_vnet -t mdev_vnet-nic
done
mapfile -t files < <(files_of $nic)
test_that "mediated devices follow what was shown before" added
test_that "--status-dev mdev shows nothing but them" nothing_else
test_that "who may open it" of_nobody "${files[@]}"
test_that "who has it open" used "${files[-1]}"
test_that "no driver has it" unbound
