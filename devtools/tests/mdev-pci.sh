#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Real PCI functions as mediated devices: the NICs that QEMU emulates and DPDK
# drives.
#
# seconds: 120

. "$(dirname "$0")/common"
. "$(dirname "$0")/nics"

check=$top/.cache/mdev-pci-check

all_nics
# one more that can be reset, for it is alone behind its bridge
qemu+=" -device pci-bridge,id=bridge,chassis_nr=100"
qemu+=" -device e1000,bus=bridge,addr=1,romfile="
# one that can not be reset, for it is on the root bus
qemu+=" -device e1000e,romfile="
# and what is no NIC, but has a large BAR, or more vectors than any of these
qemu+=" -device pci-testdev,membar=64M"
qemu+=" -blockdev null-co,node-name=disk,size=67108864,read-zeroes=on"
qemu+=" -device pcie-root-port,id=disk-port,chassis=101"
qemu+=" -device nvme,drive=disk,serial=mediated,bus=disk-port"

# Where it could not work, the driver refuses a function, and says why.
# shellcheck disable=SC2016 # expanded in the machine
refuses_behind_iommu()
{
	"$top/devtools/vm.sh" -m "mdev_pci allow_unsafe=1" -k intel_iommu=on \
		-q "-device intel-iommu,intremap=off -device e1000e,addr=10,romfile=" bash -c '
		echo mdev_pci >/sys/bus/pci/devices/0000:00:10.0/driver_override
		echo 0000:00:10.0 >/sys/bus/pci/drivers_probe
		dmesg | grep mdev_pci
		[ ! -e /sys/bus/pci/devices/0000:00:10.0/driver ] &&
			dmesg | grep -q "mdev_pci 0000:00:10.0: behind an IOMMU that translates"'
}

cc -O2 -Wall -Wextra -o "$check" "$top/kernel/linux/mdev_pci/check.c" || exit
"$top/devtools/vm.sh" -m "mdev_pci allow_unsafe=1" -q "$qemu" \
	"$top/devtools/vm/mdev-pci.sh" "$apps"/dpdk-{testpmd,proc-info} "$check" || exit
test_that "mdev_pci refuses a function behind an IOMMU" refuses_behind_iommu
