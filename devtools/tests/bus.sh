#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The bus in dpdk-test: on directories made for the test, on the kernel's own
# mediated devices, and on devices of any shape.
#
# seconds: 30

. "$(dirname "$0")/common"

old_mmap=$top/.cache/old-mmap.so

cc -O2 -Wall -Wextra -shared -fPIC -o "$old_mmap" "$top/devtools/vm/old-mmap.c" &&
	"$top/devtools/vm.sh" -m mtty -m mdpy -m mdev_shapes \
		"$top/devtools/vm/bus-tests.sh" "$dpdk_test" "$old_mmap"
