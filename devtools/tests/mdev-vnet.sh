#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The sample NIC in the kernel.
#
# seconds: 110

. "$(dirname "$0")/common"

fuzz=$top/.cache/mdev_vnet-fuzz
cc -O2 -Wall -Wextra -o "$fuzz" "$top/kernel/linux/mdev_vnet/fuzz.c" || exit
"$top/devtools/vm.sh" -s 1 "$top/devtools/vm/offloads.sh" "$apps/dpdk-testpmd" ||
	echo "not ok - offloads, exit code $?"
"$top/devtools/vm.sh" -m sch_tbf "$top/devtools/vm/mdev-vnet.sh" "$fuzz" &&
	"$top/devtools/vm.sh" -p "$top/devtools/vm/mdev-vnet.sh" "$fuzz" change
