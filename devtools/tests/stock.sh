#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's testpmd and drivers, with our two libraries.

. "$(dirname "$0")/common"

abi=$(cut -d. -f1 "$("$top/devtools/get-dpdk.sh")/ABI_VERSION")
"$top/devtools/install-deps.sh" dpdk-dev librte-{mempool-ring,net-virtio}"$abi" || exit

test_that "Debian's testpmd answers pings with our two libraries" \
	"$top/devtools/vm.sh" "$top/devtools/vm/stock.sh" \
	"$top/build/subprojects/dpdk/drivers" \
	"$top/devtools/vm/icmpecho.sh" dpdk-testpmd
