#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Hundreds of mediated devices at once.
#
# seconds: 30

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -p -m pktgen "$top/devtools/vm/many.sh" \
	"$tree/usertools/dpdk-telemetry.py" "$apps/dpdk-testpmd" -l 0-1
