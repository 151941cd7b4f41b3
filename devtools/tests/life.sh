#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The life of mediated devices in a running application: attached, used, detached
# and removed, in good and bad sequences.
#
# seconds: 70

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -m mdpy "$top/devtools/vm/life.sh" "$dpdk_test"
