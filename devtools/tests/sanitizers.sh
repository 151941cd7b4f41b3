#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The tests of a device's life once more, with DPDK built for AddressSanitizer
# and UndefinedBehaviorSanitizer.
#
# seconds: 320

. "$(dirname "$0")/common"

build=$top/.cache/sanitizers
vm=$top/devtools/vm

export MAIN_BUILD=${built%/subprojects/dpdk}
# Optimized a little, the code is a fifth of the size, and faster compiled and run.
CC=$top/devtools/tests/sanitizing-gcc "$top/devtools/build.sh" -C "$build" \
	-t dpdk-test -t dpdk-testpmd -t dpdk-hotplug_mp -t dpdk-proc-info \
	-Dbuildtype=debug -Doptimization=1 -Db_sanitize=address,undefined -Db_lundef=false || exit

# sanitized MODULES SCRIPT [ARGUMENT]... [-- SCRIPT [ARGUMENT]...]...: in one machine.
# A script that leaves much behind is the last one.
sanitized()
{
	# shellcheck disable=SC2086 # options
	"$top/devtools/vm.sh" -M 6144 $1 "$vm/sanitizers.sh" "$build" "${@:2}" ||
		echo "not ok - sanitizers, exit code $?"
}

# without huge pages, no address is low enough, see vm/sanitizers.sh
sanitized "-m mtty -m mdpy -m mdev_shapes -m pktgen" bus-tests.sh dpdk-test -- \
	life.sh dpdk-test -- threads.sh dpdk-test -- \
	memory.sh dpdk-test "--legacy-mem --iova-mode=pa" "--in-memory --iova-mode=pa" -- \
	many.sh "$tree/usertools/dpdk-telemetry.py" dpdk-testpmd
sanitized "-m pktgen" hotplug.sh dpdk-testpmd -- removal.sh dpdk-testpmd -- \
	selection.sh dpdk-testpmd -- processes.sh dpdk-hotplug_mp dpdk-testpmd dpdk-proc-info \
	"$tree/usertools/dpdk-telemetry.py"
