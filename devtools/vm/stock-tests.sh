#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine by stock.sh: an unmodified testpmd, which has our two
# libraries. Prints a line for each test.
#
#   devtools/vm/stock-tests.sh OUR-LIBRARY TESTPMD [EAL-OPTION]...
#
# OUR-LIBRARY is that of the mdev bus, in another place than where testpmd finds it.

. "$(dirname "$0")/../tests/common"

library=$1
shift

# EAL gives up then.
twice()
{
	mkdir -p /root/copy && cp "$library" /root/copy/ || return
	"$@" -d "/root/copy/$(basename "$library")" --no-huge -m 64 --no-pci --no-telemetry \
		-- --help </dev/null >/run/output 2>&1
	cat /run/output
	# which of them is the first depends on what testpmd is linked with
	grep "the library of the bus is loaded twice, as " /run/output | grep " as /root/copy/"
}

test_that "an unmodified testpmd answers pings with our two libraries" \
	"$top/devtools/vm/icmpecho.sh" "$@"
test_that "it tells that the library of the bus is loaded twice" twice "$@"
