#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# dpdk-devbind.py shows mediated devices, and else what it showed without them.
#
# seconds: 35

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" pciutils || exit
dpdk=${MDEV_DPDK-$("$top/devtools/lib/get-dpdk.sh")}

exec "$top/devtools/vm.sh" "$top/devtools/vm/devbind.sh" \
	"$(realpath "$dpdk")" "$(realpath "$tree")"
