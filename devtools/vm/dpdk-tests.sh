#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: those of DPDK's fast tests that concern what
# we change. Prints a line for each.
#
#   devtools/vm/dpdk-tests.sh DPDK-TEST

set -u

. "$(dirname "$0")/../tests/common"

# EAL's options, among them those that allow and block devices, and what parses
# and probes devices of other buses
tests=(devargs eal_flags_a_opt eal_flags_b_opt eal_flags_c_opt eal_flags_file_prefix
	eal_flags_hpet eal_flags_main_opt eal_flags_mem eal_flags_misc eal_flags_n_opt
	eal_flags_no_huge eal_flags_r_opt eal_flags_vdev_opt interrupt vdev)

for name in "${tests[@]}"; do
	export DPDK_TEST=${name}_autotest
	test_that "DPDK's $DPDK_TEST" "$1" -l 0-1 --file-prefix="$name" </dev/null
done
