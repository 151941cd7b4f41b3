#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Mediated devices in a container.
#
# seconds: 20

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" "$top/devtools/vm/container.sh" "$apps/dpdk-testpmd"
