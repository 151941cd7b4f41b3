#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Make subprojects/dpdk: a copy of a DPDK tree with the mdev bus. Without an
# argument it is the tree of Debian's source package.
#
#   devtools/lib/assemble.sh [DPDK-DIRECTORY]

. "$(dirname "$0")/common.sh"

takes 0 1 "$@"
"$top/devtools/install-deps.sh"
dpdk=${1:-$("$top/devtools/lib/get-dpdk.sh")}
mkdir -p "$top/subprojects/dpdk"
exec python3 "$top/devtools/lib/apply.py" "$dpdk" "$top/subprojects/dpdk"
