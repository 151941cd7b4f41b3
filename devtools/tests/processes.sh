#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Several processes share mediated devices.
#
# seconds: 60

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" "$top/devtools/vm/processes.sh" \
	"$built/examples/dpdk-hotplug_mp" "$apps/dpdk-testpmd" "$apps/dpdk-proc-info" \
	"$tree/usertools/dpdk-telemetry.py"
