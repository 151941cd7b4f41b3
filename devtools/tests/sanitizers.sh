#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The tests of a device's life once more, with DPDK built for AddressSanitizer
# and UndefinedBehaviorSanitizer.

. "$(dirname "$0")/common"

build=$top/.cache/sanitizers
vm=$top/devtools/vm

CC=$top/devtools/tests/sanitizing-gcc "$top/devtools/build.sh" -C "$build" \
	-Dbuildtype=debug -Db_sanitize=address,undefined -Db_lundef=false || exit

# sanitized "OPTION-OF-VM.SH..." SCRIPT ARGUMENT...
sanitized()
{
	local script=$2

	# shellcheck disable=SC2086 # options
	"$top/devtools/vm.sh" -M 6144 -t 1200 $1 "$vm/sanitizers.sh" "$build" \
		"$vm/$script" "${@:3}" ||
		echo "not ok - $script with sanitizers, exit code $?"
}

sanitized "-m mtty -m mdpy -m mdev_shapes" bus-tests.sh dpdk-test
sanitized "-m mdpy" life.sh dpdk-test
sanitized "" hotplug.sh dpdk-testpmd
sanitized "-m pktgen" removal.sh dpdk-testpmd
sanitized "" selection.sh dpdk-testpmd
sanitized "-m pktgen" many.sh dpdk-testpmd
# without huge pages, no address is low enough, see sanitizers.sh
sanitized "-m mdpy" memory.sh dpdk-test "--legacy-mem --iova-mode=pa" \
	"--in-memory --iova-mode=pa"
sanitized "" processes.sh dpdk-hotplug_mp dpdk-testpmd dpdk-proc-info
