#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The administrator removes NICs in use, and the others lose nothing.
#
# seconds: 10

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -m pktgen "$top/devtools/vm/removal.sh" \
	"$apps/dpdk-testpmd" -l 0-1
