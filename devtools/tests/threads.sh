#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Several processes and threads attach and detach mediated devices at once.
#
# seconds: 30

. "$(dirname "$0")/common"

exec "$top/devtools/vm.sh" -p "$top/devtools/vm/threads.sh" "$dpdk_test"
