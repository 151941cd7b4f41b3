#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Every NIC that QEMU emulates and DPDK drives, as a mediated device and on the
# PCI bus: what works, and is it the same? The guide has a table of it, which
# must be the one that is measured; to take over a new one, copy it from .cache.

. "$(dirname "$0")/common"
. "$(dirname "$0")/nics"

results=$top/.cache/pmds
table=$top/.cache/mediated_devices_pmds.txt
notes=$top/devtools/tests/pmds.notes

nics root e1000
nics root e1000-82545em
nics express e1000e
nics express vmxnet3
nics root virtio-net-pci,disable-modern=on
nics express virtio-net-pci-transitional
nics express virtio-net-pci,disable-legacy=on

# QEMU's monitor, which changes links, is at a port in the machine.
qemu+=" -chardev socket,id=monitor,path=monitor,server=on,wait=off -mon monitor"
qemu+=" -chardev socket,id=to-monitor,path=monitor"
qemu+=" -device virtserialport,chardev=to-monitor,nr=3"

# Much of the time the NICs let us wait, so the machines run at the same time.
declare -A machines
# shellcheck disable=SC2046 # a list of numbers
trap 'kill $(jobs -p) 2>/dev/null' EXIT

# try_driver DRIVER OPTION-OF-VM.SH...
try_driver()
{
	"$top/devtools/vm.sh" -t 1200 -M 2048 "${@:2}" -q "$qemu" \
		"$top/devtools/vm/pmds.sh" "$dpdk_test" "$1" >"$results/$1" 2>&1 &
	machines[$1]=$!
}

# The output is long, and of no interest when all is well.
ended_well()
{
	local status=0

	wait "${machines[$1]}" || status=$?
	[ $status = 0 ] || cat "$results/$1"
	return $status
}

rm -rf "$results"
mkdir "$results"
try_driver mdev_pci -m "mdev_pci allow_unsafe=1"
try_driver uio_pci_generic -m uio_pci_generic
try_driver vfio-pci -m vfio-pci -k "intel_iommu=on vfio_iommu_type1.allow_unsafe_interrupts=1" \
	-q "-device intel-iommu,intremap=off"
for driver in mdev_pci uio_pci_generic vfio-pci; do
	test_that "$driver: the programs run to their ends" ended_well "$driver"
done
python3 "$top/devtools/tests/pmd_table.py" "$results" "$notes" "$table" || exit
test_that "the guide's table is what was measured" \
	diff "$top/doc/guides/linux_gsg/$(basename "$table")" "$table"
