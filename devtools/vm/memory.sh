#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: the life of mediated devices in each mode of
# EAL's memory. Prints a line for each test case in each mode.
#
#   devtools/vm/memory.sh DPDK-TEST

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"

# shellcheck disable=SC2034 # for run
dpdk_test=$1

# what many cycles show, they show in life.sh
export MDEV_LIFE_CYCLES=10

for mode in "" --legacy-mem "--no-huge -m 256" --in-memory; do
	for iova in va pa; do
		read -ra options <<<"$mode --iova-mode=$iova"
		run_cases "${options[*]}" bus_mdev_life_autotest "${options[@]}"
	done
done
