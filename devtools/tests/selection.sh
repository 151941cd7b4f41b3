#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# No mediated device is opened but those that the user chose.
#
# seconds: 30

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" strace

exec "$top/devtools/vm.sh" "$top/devtools/vm/selection.sh" "$apps/dpdk-testpmd"
