#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: tests of dpdk-test by name, as meson runs them
# where there are huge pages. Prints a line with the result of each, and what those
# that failed have said.
#
#   devtools/vm/fast-tests.sh DPDK-TEST NAME...

set -u

. "$(dirname "$0")/../lib/usage"

takes 2 $# "$@"
for name in "${@:2}"; do
	DPDK_TEST=$name timeout 600 "$1" --file-prefix="$name" </dev/null >/run/output 2>&1
	case $? in
	0) result=OK ;;
	77) result=SKIP ;;
	124) result=TIMEOUT ;;
	*) result=FAIL ;;
	esac
	echo "result: $name $result"
	[[ $result != [FT]* ]] || cat /run/output
done
