#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The virtual machine tells what happens in it.
#
# seconds: 30

. "$(dirname "$0")/common"

vm=$top/devtools/vm.sh

# Run a command line in the machine; compare its exit code and its output.
expect()
{
	local code=$1 output=$2 result status=0

	shift 2
	result=$("$vm" -n "$@") || status=$?
	printf 'exit code %d, output: %s\n' "$status" "$result"
	[ "$status" = "$code" ] && [ "$result" = "$output" ]
}

# shellcheck disable=SC2016 # expanded in the machine, or not at all
ordinary()
(
	mkdir -p "$top/.cache/vm test" && cd "$top/.cache/vm test" &&
		cp /bin/bash "a shell" || return
	expect 7 "$(printf '%s\n' 1 "$PWD" "it's \"quoted\"  \$HOME" error)" \
		-s 1 "./a shell" -c 'nproc; pwd; echo "$1"; echo error >/dev/stderr; sleep 99 & exit 7' \
		bash "it's \"quoted\"  \$HOME"
)

# Each layer of the machine's files is a device of its own.
# shellcheck disable=SC2016 # expanded in the machine
copies()
(
	cd "$top/.cache/vm test" && touch "one copy" another uncopied || return
	expect 0 $'1\n2' -c "* copy" -c another sh -c \
		'stat -c %d uncopied another "one copy" | uniq -c | awk "{ print \$1 }"'
)

warning()
{
	expect 125 "" sh -c 'echo "<4>WARNING: a test" >/dev/kmsg'
}

panic()
{
	expect 125 2 sh -c 'nproc; sleep 1; echo c >/proc/sysrq-trigger; sleep 60'
}

too_long()
{
	expect 124 "" -t 15 sleep 1000
}

test_that "exit code, output, working directory and quoting" ordinary
test_that "files that are named are copied" copies
test_that "a kernel that warns is a failure" warning
test_that "a kernel that dies is a failure" panic
test_that "a machine that takes too long is stopped" too_long
