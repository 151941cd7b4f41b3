#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's testpmd and drivers, with our two libraries.

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" dpdk-dev librte-mempool-ring23 librte-net-virtio23

test_that "Debian's testpmd answers pings with our two libraries" \
	"$top/devtools/vm.sh" "$top/devtools/vm/stock.sh" \
	"$top/build/subprojects/dpdk/drivers" \
	"$top/devtools/vm/icmpecho.sh" dpdk-testpmd
