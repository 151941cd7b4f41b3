#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# devtools/test.sh itself, with scripts made for it.

. "$(dirname "$0")/common"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/devtools/{lib,tests,vm}
cp "$top"/devtools/lib/{usage,common.sh} "$work/devtools/lib"
cp "$top/devtools/test.sh" "$work/devtools"
for name in build install-deps vm/kernel vm/modules; do
	printf '#!/bin/sh\n' >"$work/devtools/$name.sh"
	chmod +x "$work/devtools/$name.sh"
done

# script NAME HEADER: a test script; what it does comes from the input
script()
{
	{
		printf '#!/bin/sh\n# %s\n' "$2"
		cat
	} >"$work/devtools/tests/$1.sh"
	chmod +x "$work/devtools/tests/$1.sh"
}

# runs STATUS [ARGUMENT]...: and leaves in output what it prints
runs()
{
	local status=0

	timeout 30 "$work/devtools/test.sh" "${@:2}" >"$work/output" 2>&1 || status=$?
	sed -i '/^running /d; s/: [0-9]* s$/: N s/' "$work/output"
	cat "$work/output"
	[ $status = "$1" ]
}

prints()
{
	diff - "$work/output"
}

# The short one ends first, but it is the long one that began.
ordered()
{
	script long "seconds: 9" <<<'sleep 1; echo "ok - long"'
	script short "" <<<'echo "ok - short # SKIP why"; echo noise'
	runs 0 -j 2 && prints <<-END
	long: N s
	  ok - long
	short: N s
	  ok - short # SKIP why
	1 passed, 0 failed, 1 skipped
	END
}

counts_failures()
{
	script dies "seconds: 2" <<<'echo "ok - dies"; exit 3'
	script empty "seconds: 1" <<<'true'
	script fails "" <<<'echo "# why"; echo "not ok - fails"'
	runs 1 dies empty fails && prints <<-END
	dies: N s
	  ok - dies
	  not ok - exit code 3
	    ok - dies
	    not ok - exit code 3
	empty: N s
	  not ok - no test was run
	    not ok - no test was run
	fails: N s
	  not ok - fails
	    # why
	    not ok - fails
	failed: dies
	  ok - dies
	  not ok - exit code 3
	failed: empty
	  not ok - no test was run
	failed: fails
	  # why
	  not ok - fails
	1 passed, 3 failed, 0 skipped
	END
}

asks()
{
	printf 'prompt>'
	return 1
}

failure_after_prompt()
{
	diff - <(test_that "it asks" asks) <<-END
	# prompt>
	not ok - it asks
	END
}

# What a script cannot tell itself
# shellcheck disable=SC2016 # expanded in the script
killed()
{
	script killed "seconds: 1" <<<'kill -9 $PPID'
	script after "" <<<'echo "ok - after"'
	runs 1 -j 1 killed after && grep -q "^  not ok - ended by signal or error 137" \
		"$work/output" && [ "$(tail -n 1 "$work/output")" = "1 passed, 1 failed, 0 skipped" ]
}

named_twice()
{
	runs 0 after after && [ "$(tail -n 1 "$work/output")" = "1 passed, 0 failed, 0 skipped" ]
}

# Each leaves a mark while it runs, and tells of those of the others.
alone()
{
	local name

	for name in one two; do
		script $name "seconds: 1" <<<"touch $work/mark.$name; sleep 1
			rm $work/mark.$name; echo ok"
	done
	for name in only1 only2; do
		script $name "alone: why" <<<"ls $work/mark.* && printf 'not '; touch $work/mark.$name
			sleep 1; rm $work/mark.$name; echo ok"
	done
	runs 0 -j 4 one two only1 only2
}

side_by_side()
{
	script left "" <<<"touch $work/left; until [ -e $work/right ]; do sleep 0.1; done; echo ok"
	script right "" <<<"touch $work/right; until [ -e $work/left ]; do sleep 0.1; done; echo ok"
	runs 0 -j 2 left right
}

# refuses MESSAGE ARGUMENT...
refuses()
{
	script marks "" <<<"touch $work/marks; echo ok"
	runs 1 "${@:2}" && grep -q -- "$1" "$work/output" && [ ! -e "$work/marks" ]
}

helps()
{
	runs 0 --help && grep -q "^usage: " "$work/output" && [ ! -e "$work/marks" ]
}

ends_scripts()
{
	local pid status=0

	script waits "" <<<"echo \$\$ >$work/pid; sleep 60; echo ok"
	"$work/devtools/test.sh" waits &
	pid=$!
	for _ in {1..100}; do
		[ ! -s "$work/pid" ] || break
		sleep 0.1
	done
	kill $pid
	wait $pid || status=$?
	[ $status = 143 ] && timeout 5 tail -f /dev/null --pid "$(<"$work/pid")"
}

test_that "scripts are reported in a fixed order" ordered
rm "$work"/devtools/tests/*
test_that "a script that fails, dies or tests nothing is a failure" counts_failures
test_that "a test that fails after a prompt is a failure" failure_after_prompt
test_that "a script that is killed is a failure, and the next one runs" killed
test_that "a test that is named twice runs once" named_twice
test_that "scripts run side by side" side_by_side
test_that "a script that wants to be alone is" alone
test_that "a test that is not there is refused" refuses "there is no test absent" marks absent
test_that "an option that is not known is refused" refuses "usage:" --no-such-option marks
test_that "a number of scripts that is none is refused" refuses "-j 0: not a number" -j 0 marks
test_that "--help prints the usage and runs nothing" helps
test_that "scripts end with devtools/test.sh" ends_scripts
