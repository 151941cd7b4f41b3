#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# alone: every packet that the kernel sends into running NICs is counted

. "$(dirname "$0")/common"

# pktgen gives its processor away after each packet; if that is the only one, testpmd
# has it until the next tick
test_that "testpmd forwards between two mediated NICs without a loss" \
	"$top/devtools/vm.sh" -p -m pktgen "$top/devtools/vm/forward.sh" \
	"$apps/dpdk-testpmd" -l 0-1
