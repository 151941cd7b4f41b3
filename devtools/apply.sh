#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Give a DPDK tree (22.11 or later) the mdev bus, all of it or nothing. A
# second run only brings what has changed here since.
#
#   devtools/apply.sh DPDK-DIRECTORY

. "$(dirname "$0")/lib/common.sh"

takes 1 1 "$@"
"$top/devtools/install-deps.sh"
exec python3 "$top/devtools/lib/apply.py" "$1"
