#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Bad input gets a clear error, and nothing else stops.
#
# seconds: 40

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -m mtty -q "-device e1000e,romfile=" \
	"$top/devtools/vm/bad-input.sh" "$apps/dpdk-testpmd"
