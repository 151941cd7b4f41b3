#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine by modprobe.sh: do the modules work that DKMS built?
# Prints a line for each test.
#
#   devtools/vm/package-samples.sh TESTPMD

here=$(dirname "$0")
. "$here/../tests/common"
. "$here/network"
. "$here/queues"

# A module brings what it needs, and a port has devices.
has_device()
{
	local uuid=1772cd42-a89f-4814-8ab9-4189e27b689c

	modinfo -n mdev_queues | grep /updates/dkms/ && modprobe -a veth mdev_queues &&
		fresh_port 2 && create_device $uuid &&
		[ "$(cat /sys/bus/mdev/devices/$uuid/mdev_type/device_api)" = netmdev ]
}

test_that "testpmd answers pings through a NIC of the module that it built" \
	"$here/icmpecho.sh" "$1"
test_that "a port of the module that it built has a device" has_device
