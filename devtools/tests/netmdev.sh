#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The driver for queues of a port that the kernel keeps.
#
# seconds: 70

. "$(dirname "$0")/common"

traffic=$top/.cache/netmdev-traffic

cc -O2 -Wall -Wextra -o "$traffic" "$top/kernel/linux/mdev_queues/traffic.c" &&
	"$top/devtools/install-deps.sh" ethtool &&
	exec "$top/devtools/vm.sh" -s 1 -n -m vfio_iommu_type1 -m veth -m 8021q -m mdev_queues \
		"$top/devtools/vm/netmdev.sh" "$apps/dpdk-testpmd" "$dpdk_test" \
		"$apps/dpdk-proc-info" "$traffic"
