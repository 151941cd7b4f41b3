#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Mediated devices in each mode of EAL's memory.
#
# seconds: 80

. "$(dirname "$0")/common"

modes=()
for memory in "" "--legacy-mem " "--no-huge -m 1024 " "--in-memory "; do
	modes+=("$memory--iova-mode=va" "$memory--iova-mode=pa")
done

exec "$top/devtools/vm.sh" -m mdpy "$top/devtools/vm/memory.sh" "$dpdk_test" "${modes[@]}"
