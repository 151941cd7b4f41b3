#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build DPDK with the mdev bus, create two mediated NICs in a virtual machine,
# start testpmd on them and ping it. Exits with 0 if every ping was answered.
#
#   devtools/demo.sh [netmdev]
#
# With netmdev it shows a port that the kernel keeps: testpmd takes port 80 of its web
# server by a rule, and is killed. Exits with 0 if all else went on meanwhile, and port
# 80 was the kernel's again.

. "$(dirname "$0")/lib/common.sh"

takes 0 1 "$@"
case ${1-} in
'') machine=() act=icmpecho.sh ;;
netmdev) machine=(-n -m vfio_iommu_type1 -m veth -m mdev_queues) act=netmdev-demo.sh ;;
*) refuse "$1: there is no such demo" ;;
esac
"$top/devtools/build.sh"
say "starting the virtual machine"
"$top/devtools/vm.sh" "${machine[@]}" "$top/devtools/vm/$act" \
	"$top/build/subprojects/dpdk/app/dpdk-testpmd"
