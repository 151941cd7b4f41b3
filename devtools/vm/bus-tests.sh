#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the modules mtty, mdpy and
# mdev_shapes: the tests of the bus. Prints a line for each test case.
#
# With the library made of old-mmap.c, one runs as on an old kernel.
#
#   devtools/vm/bus-tests.sh DPDK-TEST [OLD-MMAP]

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"
. "$(dirname "$0")/vfio"

# shellcheck disable=SC2034 # for run
dpdk_test=$1
old_mmap=${2-}

run_before_4_17()
{
	LD_PRELOAD=$old_mmap run "$@"
}

# with_samples COMMAND...: run it with new devices of both samples
with_samples()
{
	local status=0

	mtty=$(cat /proc/sys/kernel/random/uuid)
	mdpy=$(cat /proc/sys/kernel/random/uuid)
	mdevctl start -u "$mtty" -p mtty -t mtty-2
	mdevctl start -u "$mdpy" -p mdpy -t mdpy-vga
	"$@" -a "$mtty" -a "$mdpy" || status=$?
	mdevctl stop -u "$mtty"
	mdevctl stop -u "$mdpy"
	return $status
}

# A PCI function would be given physical addresses then, and another name of its file.
in_noiommu_mode()
{
	local parameters=/sys/module/vfio/parameters feigned='' status=0

	# Debian's kernels lack that mode: let EAL believe that it is on
	if [ ! -e $parameters/enable_unsafe_noiommu_mode ]; then
		feigned=/sys/module/vfio
		mount -t tmpfs module $feigned
		mkdir $parameters
	fi
	echo Y >$parameters/enable_unsafe_noiommu_mode
	with_samples run bus_mdev_vfio_autotest --iova-mode=va || status=$?
	echo N >$parameters/enable_unsafe_noiommu_mode
	[ -z $feigned ] || umount $feigned
	return $status
}

# EAL takes a host that shows no IOMMU groups for one that has no IOMMU.
without_groups()
{
	local status=0

	mount -t tmpfs groups /sys/kernel/iommu_groups
	with_samples run bus_mdev_vfio_autotest >/run/output || status=$?
	umount /sys/kernel/iommu_groups
	cat /run/output
	[ $status = 0 ] && grep -q "Selected IOVA mode 'VA'" /run/output
}

run_cases bus_mdev_autotest bus_mdev_autotest --no-huge -m 64
with_samples run_cases bus_mdev_vfio_autotest bus_mdev_vfio_autotest
test_that "bus_mdev_vfio_autotest, IOVA as PA" \
	with_samples run bus_mdev_vfio_autotest --iova-mode=pa
test_that "bus_mdev_vfio_autotest, VFIO's mode without an IOMMU is on" in_noiommu_mode
if [ $vfio_mode = cdev ] && has_groups; then
	test_that "bus_mdev_vfio_autotest, the same with groups" with_groups in_noiommu_mode
fi
test_that "bus_mdev_vfio_autotest, IOVA as VA where no IOMMU is seen" without_groups
run_cases bus_mdev_shapes_autotest bus_mdev_shapes_autotest
# iommufd says nothing
if [ $vfio_mode = group ]; then
	test_that "the kernel's log says that more was pinned than may be locked" \
		eval "dmesg | grep 'RLIMIT_MEMLOCK.*exceeded'"
fi
run_cases bus_mdev_driver_autotest bus_mdev_driver_autotest --iova-mode=va
# with room before EAL's memory for what does not fit behind it, and where
# AddressSanitizer leaves room
test_that "bus_mdev_driver_autotest, IOVA as PA${old_mmap:+, mmap() as before Linux 4.17}" \
	run_before_4_17 bus_mdev_driver_autotest --iova-mode=pa --base-virtaddr=0x200000000000
