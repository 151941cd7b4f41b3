#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# DPDK's own tests on the assembled tree.
#
# seconds: 40

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" "$top/devtools/vm/dpdk-tests.sh" \
	"$dpdk_test"
