#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the modules mtty, mdpy and
# mdev_shapes: the tests of the bus. Prints a line for each test case.
#
#   devtools/vm/bus-tests.sh DPDK-TEST

. "$(dirname "$0")/../tests/common"
. "$(dirname "$0")/dpdk-test"

# shellcheck disable=SC2034 # for run
dpdk_test=$1
mtty=83b8f4f2-509f-382f-3c1e-e6bfe0fa2001
mdpy=83b8f4f2-509f-382f-3c1e-e6bfe0fa2002

run_cases bus_mdev_autotest bus_mdev_autotest --no-huge -m 64
test_that "bus_mdev_autotest, IOVA as PA" run bus_mdev_autotest --iova-mode=pa

mdevctl start -u $mtty -p mtty -t mtty-2
mdevctl start -u $mdpy -p mdpy -t mdpy-vga
run_cases bus_mdev_vfio_autotest bus_mdev_vfio_autotest -a $mtty -a $mdpy
run_cases bus_mdev_shapes_autotest bus_mdev_shapes_autotest
