#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: run test scripts, one after the other, with
# programs that were built with AddressSanitizer and UndefinedBehaviorSanitizer. A
# last test of each fails if they have found an error: any wrong access to memory in
# what is compiled for that, see ../tests/sanitizing-gcc, and what is ours or works
# for us if it leaks memory or its behaviour is undefined. DPDK has some of that
# elsewhere.
#
#   devtools/vm/sanitizers.sh DIRECTORY-OF-BUILD SCRIPT [ARGUMENT]... [-- SCRIPT ...]...
#
# Arguments of the script that begin with "dpdk-" are names of programs.

. "$(dirname "$0")/../tests/common"

build=$1
shift

ours='(drivers/bus/(mdev|pci)|lib/eal/.*/eal_(devargs_list|hotplug|sysfs|uevent)|test_(bus_)?mdev)'
programs=/run/programs
reports=/run/reports
# all of this takes longer; with so many NICs, VFIO's tables of 64 groups grow, and an answer
# of telemetry has no room for all
export MDEV_LIFE_CYCLES=100 MDEV_MANY_PACKETS=100 MDEV_MANY_NICS=144

# AddressSanitizer takes the addresses at which EAL begins for itself. It leaves
# none below 16 TiB, where the rings of the sample NIC must be: physical addresses
# are. The test of VFIO has no such NIC. stdbuf preloads a library of its own.
wrap()
{
	cat >"$programs/$1" <<-END
		#!/bin/sh
		case "\${DPDK_TEST-} \$*" in
		*--no-huge*|bus_mdev_vfio_autotest*) ;;
		*) set -- --iova-mode=pa "\$@" ;;
		esac
		export ASAN_OPTIONS=log_path=$reports/asan:detect_leaks=$leaks:verify_asan_link_order=0:use_sigaltstack=0
		export LSAN_OPTIONS=exitcode=0
		export UBSAN_OPTIONS=log_path=$reports/ubsan
		exec "$2" --base-virtaddr=0x200000000000 "\$@"
	END
	chmod +x "$programs/$1"
}

# The reports have an empty line after each error.
no_error()
{
	find "$reports" -type f -exec cat {} + | awk -v ours="$ours" '
		BEGIN { RS = "" }
		/ERROR: AddressSanitizer/ { in_error = 1 }
		in_error || (/leak of .* byte/ && $0 ~ ours) { print; errors++; next }
		/runtime error: / {
			count = split($0, lines, "\n")
			for (i = 1; i <= count; i++)
				if (lines[i] ~ "^[^ ]*" ours) { print lines[i]; errors++ }
		}
		END { exit errors > 0 }'
}

# wrap_arguments ARGUMENT...: put in arguments what the script gets
wrap_arguments()
{
	local argument

	arguments=()
	for argument; do
		if [[ $argument = dpdk-* ]]; then
			wrap "$argument" "$(find "$build" -name "$argument" -type f)"
			argument=$programs/$argument
		fi
		arguments+=("$argument")
	done
}

# run_script SCRIPT ARGUMENT...: and leave the machine without mediated devices
run_script()
{
	local script=$1 leaks=1 device

	# what a process does with its memory cannot be seen while strace follows it
	[ "$script" != selection.sh ] || leaks=0
	rm -rf $reports
	mkdir -m 1777 $reports
	wrap_arguments "${@:2}"
	"$(dirname "$0")/$script" "${arguments[@]}" || echo "not ok - exit code $?"
	test_that "no error found by a sanitizer in $script" no_error
	# some switch it on, see vm.sh
	echo 0 >/proc/sys/kernel/randomize_va_space
	for device in /sys/bus/mdev/devices/*; do
		[ ! -e "$device" ] || echo 1 >"$device/remove"
	done
}

mkdir -p $programs
command=()
for word in "$@" --; do
	if [ "$word" != -- ]; then
		command+=("$word")
	else
		run_script "${command[@]}"
		command=()
	fi
done
