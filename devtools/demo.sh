#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build DPDK with the mdev bus, create two mediated NICs in a virtual machine,
# start testpmd on them and ping it. Exits with 0 if every ping was answered.
#
#   devtools/demo.sh

. "$(dirname "$0")/lib/common.sh"

takes 0 0 "$@"
"$top/devtools/build.sh"
say "starting the virtual machine"
"$top/devtools/vm.sh" "$top/devtools/vm/icmpecho.sh" \
	"$top/build/subprojects/dpdk/app/dpdk-testpmd"
