#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Build, and run the tests: all of devtools/tests, or those that are named. The
# last line counts them. Exits with 1 if one failed.
#
#   devtools/test.sh [NAME]...
#
# A test script prints a line of the Test Anything Protocol for every test:
#
#   ok - what was tested
#   not ok - what was tested
#   ok - what was not tested # SKIP why
#
# What else it prints is kept in .cache/tests, and shown if a test failed. It
# must exit with 0, or that is one more failure: it has not run to its end.
#
# With MDEV_KERNEL=SUITE in the environment, the virtual machine has the kernel of
# another release of Debian, as trixie or forky. With MDEV_DPDK=DIRECTORY, that is the
# DPDK that is built and tested. What tests a package of Debian ignores it.

. "$(dirname "$0")/common.sh"

logs=$cache/tests
passed=0
failed=0
skipped=0

# Show the result lines as they come.
results()
{
	sed -nu 's/^\(not \)\?ok\b/  &/p'
}

count()
{
	grep -cE "$1" "$log" || true
}

run_script()
{
	local script=$1 status=0 failures skips log

	log=$logs/$(basename "$script" .sh).log
	echo "$(basename "$script" .sh):"
	"$script" 2>&1 </dev/null | tee "$log" | results || status=$?
	if [ $status != 0 ]; then
		echo "not ok - exit code $status" | tee -a "$log" | results
	elif [ "$(count '^(not )?ok\b')" = 0 ]; then
		echo "not ok - no test was run" | tee -a "$log" | results
	fi

	failures=$(count '^not ok\b')
	skips=$(count '^ok\b.*# SKIP')
	failed=$((failed + failures))
	skipped=$((skipped + skips))
	passed=$((passed + $(count '^ok\b') - skips))
	[ "$failures" = 0 ] || sed 's/^/    /' "$log"
}

"$top/devtools/build.sh"
mkdir -p "$logs"
if [ $# = 0 ]; then
	scripts=("$top"/devtools/tests/*.sh)
else
	scripts=("${@/#/$top/devtools/tests/}")
	scripts=("${scripts[@]/%/.sh}")
fi
for script in "${scripts[@]}"; do
	run_script "$script"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
