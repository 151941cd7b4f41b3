#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Mediated devices come and go while an application runs.
#
# seconds: 10

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" "$top/devtools/vm/hotplug.sh" "$apps/dpdk-testpmd"
