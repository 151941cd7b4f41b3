#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The test device in the kernel.
#
# seconds: 25

. "$(dirname "$0")/common"

check=$top/.cache/mdev-shapes-check
cc -O2 -Wall -Wextra -o "$check" "$top/kernel/linux/mdev_shapes/check.c" &&
	"$top/devtools/vm.sh" -m mdev_shapes \
		"$top/devtools/vm/mdev-shapes.sh" "$check"
