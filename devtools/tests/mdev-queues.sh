#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The interface that the module mdev_queues puts on top of another one, and its queues in
# the hands of a program.
#
# seconds: 75

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" ethtool
programs=$top/.cache/mdev_queues
mkdir -p "$programs"
for program in check fuzz traffic; do
	cc -O2 -Wall -Wextra -o "$programs/$program" \
		"$top/kernel/linux/mdev_queues/$program.c" || exit
done
exec "$top/devtools/vm.sh" -n -M 1024 -H 8 -m mdev -m vfio_iommu_type1 -m veth -m bridge \
	-m 8021q -m macvlan -m mdev_queues "$top/devtools/vm/mdev-queues.sh" "$programs" "$@"
