#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The kernel pings through two mediated NICs, and testpmd answers.
#
# seconds: 10

. "$(dirname "$0")/common"

test_that "testpmd answers pings on two mediated NICs" "$top/devtools/vm.sh" \
	"$top/devtools/vm/icmpecho.sh" \
	"$apps/dpdk-testpmd"
