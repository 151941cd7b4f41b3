#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the module mdpy: the life of mediated
# devices in a running application. Prints a line for each test case.
#
#   devtools/vm/life.sh DPDK-TEST

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"

# shellcheck disable=SC2034 # for run
dpdk_test=$1
nic=17ce209d-18c0-43b1-920b-90f659e73d13

# One device is there from the start on, for the end to clean up.
mdevctl start -u $nic -p mdev_vnet -t mdev_vnet-nic
run_cases bus_mdev_life_autotest bus_mdev_life_autotest -a $nic
test_that "a device in use at the end is free after it" \
	timeout 20 mdevctl stop -u $nic
