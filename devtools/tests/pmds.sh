#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Every NIC that QEMU emulates and DPDK drives, as a mediated device and on the
# PCI bus: what works, and is it the same? mdev_pci has a table of it, which must
# be the one that is measured; to take over a new one, copy it from .cache.
#
# seconds: 70

. "$(dirname "$0")/common"
. "$(dirname "$0")/pmd_machines"

results=$top/.cache/pmds
table=$top/.cache/nics.rst
notes=$top/devtools/tests/pmds.notes

rm -rf "$results"
mkdir "$results"
for driver in mdev_pci uio_pci_generic vfio-pci; do
	try_driver $driver "$dpdk_test" "$results/$driver"
done
for driver in mdev_pci uio_pci_generic vfio-pci; do
	test_that "$driver: the programs run to their ends" ended_well "$results/$driver"
done
python3 "$top/devtools/tests/pmd_table.py" "$results" "$notes" "$table" || exit
test_that "the table of mdev_pci is what was measured" \
	diff "$top/kernel/linux/mdev_pci/$(basename "$table")" "$table"
