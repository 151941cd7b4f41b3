#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# What is looked for in DPDK's drivers is found where it was read, and the guide has
# the table of the release that it names.
#
# seconds: 10

. "$(dirname "$0")/common"

guide=$top/doc/guides/linux_gsg
tree=${MDEV_DPDK:-$("$top/devtools/lib/get-dpdk.sh")} || exit
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# found CAUSE DRIVER...: are all of these in the row of the cause?
found()
{
	local driver row

	row=$(grep -A2 "^   \* - $1" "$work/table") || return
	echo "$row"
	for driver in "${@:2}"; do
		[ ! -d "$tree/drivers/$driver" ] || grep -qw "$driver" <<<"$row" || return
	done
}

harmless()
{
	! grep -w 'net/e1000\|net/vmxnet3\|net/virtio' "$work/table"
}

test_that "the drivers are searched" \
	eval "'$top/devtools/drivers.py' '$tree' >'$work/table'"
test_that "drivers that use VFIO or sysfs by the address" \
	found 'Opens VFIO' vdpa/ifc vdpa/sfc vdpa/nfp net/ntnic net/nbl
test_that "drivers that share their device with the kernel" \
	found 'Looks for' net/mlx4 net/mlx5 net/mana
test_that "drivers that want a physical address" \
	found 'Takes a BAR' net/sxe2 raw/gdtc crypto/octeontx compress/octeontx
test_that "drivers that use a physical address" \
	found 'Uses the' raw/ntb net/hinic event/dlb2 raw/cnxk_bphy
test_that "drivers whose names always are the same" found '.*then are the same' net/gve net/xsc
test_that "drivers whose names are too long" \
	found '.*than 31 characters$' net/i40e net/ixgbe net/ice net/txgbe net/hns3
test_that "drivers that compare a part of the name" found 'Compares' net/idpf net/cpfl
test_that "drivers that ignore the domain" \
	found 'Ignores' raw/ntb raw/ifpga raw/cnxk_bphy raw/cnxk_rvu_lf net/nfp net/enic
test_that "drivers for which the function has a meaning" \
	found 'Takes the number' net/cpfl net/bnx2x net/nfp
test_that "drivers that work, as other tests show, are not found" harmless
if [[ $(cat "$tree/VERSION") = 26.11* ]]; then
	test_that "the guide has the table" diff "$guide/mediated_devices_drivers.txt" "$work/table"
fi
