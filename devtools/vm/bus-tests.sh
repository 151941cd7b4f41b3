#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the modules mtty and mdpy: the tests of
# the bus. Prints a line for each test case.
#
#   devtools/vm/bus-tests.sh DPDK-TEST

. "$(dirname "$0")/../tests/common"

dpdk_test=$1
mtty=83b8f4f2-509f-382f-3c1e-e6bfe0fa2001
mdpy=83b8f4f2-509f-382f-3c1e-e6bfe0fa2002

# run NAME EAL-OPTION...
run()
{
	DPDK_TEST=$1 "$dpdk_test" "${@:2}" </dev/null 2>&1
}

# The same, with a line for each test case. Fails if the test stops early.
run_cases()
{
	run "$@" | awk -v test="$1" '
		{ print }
		/^ \+ TestCase / {
			result = $NF == "failed" ? "not ok" : "ok"
			skip = $NF == "skipped" ? " # SKIP" : ""
			print result " - " test ": " $(NF - 1) skip
		}
		/ Test Suite Summary / { complete = 1 }
		END { exit !complete }'
}

run_cases bus_mdev_autotest --no-huge -m 64 || exit
test_that "bus_mdev_autotest, IOVA as PA" run bus_mdev_autotest --iova-mode=pa

mdevctl start -u $mtty -p mtty -t mtty-2
mdevctl start -u $mdpy -p mdpy -t mdpy-vga
run_cases bus_mdev_vfio_autotest -a $mtty -a $mdpy
