#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: the life of mediated devices in each of the
# given modes of EAL's memory. Prints a line for each test case in each mode.
#
#   devtools/vm/memory.sh DPDK-TEST "EAL-OPTION..."...

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"

# shellcheck disable=SC2034 # for run
dpdk_test=$1
shift

# what many cycles show, they show in life.sh
export MDEV_LIFE_CYCLES=10

# Later releases than 22.11 know no physical addresses without huge pages.
refused()
{
	run none "$@" --no-pci | grep -q "physical addresses are not available"
}

for mode; do
	read -ra options <<<"$mode"
	if [[ $mode = --no-huge*=pa ]] && refused "${options[@]}"; then
		skip "$mode" "refused by EAL"
		continue
	fi
	run_cases "$mode" bus_mdev_life_autotest "${options[@]}"
done
