#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: several processes and threads attach and detach
# mediated devices at once. Prints a line for each test case.
#
#   devtools/vm/threads.sh DPDK-TEST

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"

# shellcheck disable=SC2034 # for run
dpdk_test=$1

# vm.sh switches randomized addresses off. Users have them, and processes that share
# memory must bear it.
echo 2 >/proc/sys/kernel/randomize_va_space

# what is read after it was freed shall not be what it was before
export MALLOC_PERTURB_=165

run_cases bus_mdev_hotplug_autotest bus_mdev_hotplug_autotest
# two threads are in the bus there
test_that "bus_mdev_autotest, IOVA as PA" run bus_mdev_autotest --iova-mode=pa
