#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, with the modules mtty and mdpy: the tests of
# the bus. Prints a line for each test case.
#
#   devtools/vm/bus-tests.sh DPDK-TEST

set -u

dpdk_test=$1
mtty=83b8f4f2-509f-382f-3c1e-e6bfe0fa2001
mdpy=83b8f4f2-509f-382f-3c1e-e6bfe0fa2002

# What dpdk-test prints of a test case becomes a line of the Test Anything
# Protocol. Fails if the test did not come to its end.
tap()
{
	awk -v test="$1" '
		{ print }
		/^ \+ TestCase / {
			name = test ": " $(NF - 1)
			if ($NF == "succeeded")
				print "ok - " name
			else if ($NF == "skipped")
				print "ok - " name " # SKIP"
			else
				print "not ok - " name
		}
		/ Test Suite Summary / { complete = 1 }
		END { exit !complete }'
}

# autotest DESCRIPTION NAME EAL-OPTION...
autotest()
{
	local description=$1

	export DPDK_TEST=${2}_autotest
	shift 2
	"$dpdk_test" "$@" </dev/null 2>&1 | tap "$description" || exit 1
}

autotest "mdev bus, IOVA as VA" bus_mdev --iova-mode=va
autotest "mdev bus, IOVA as PA" bus_mdev --iova-mode=pa
autotest "mdev bus, no huge pages" bus_mdev --no-huge -m 256

mdevctl start -u $mtty -p mtty -t mtty-2
mdevctl start -u $mdpy -p mdpy -t mdpy-vga
autotest "mtty and mdpy" bus_mdev_vfio -a $mtty -a $mdpy
