#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors

. "$(dirname "$0")/lib/common.sh"

usage()
{
	cat <<-END
	usage: devtools/test.sh [-j JOBS] [quick | NAME...]

	Build, and run the tests: all of devtools/tests, those that are named, or the
	quick ones: what to run after an edit. The last line counts them. Exits with 1
	if one failed.

	  -j JOBS  run so many scripts side by side, else one more than there are processors

	With MDEV_KERNEL=SUITE in the environment, the virtual machine has the kernel of
	another release of Debian, as trixie or forky. With MDEV_DPDK=DIRECTORY, that is
	the DPDK that is built and tested. What tests a package of Debian ignores it.
	END
}

# A test script prints a line of the Test Anything Protocol for every test:
#
#   ok - what was tested
#   not ok - what was tested
#   ok - what was not tested # SKIP why
#
# What else it prints is kept in .cache/tests, and shown if a test failed. It
# must exit with 0, or that is one more failure: it has not run to its end.
#
# Two lines in a script say when it runs; where nothing is said, it takes short:
#
#   # seconds: NUMBER  how long it takes, roughly: the longest begin first
#   # alone: WHY       it keeps the machine for itself, after all others

tests=$top/devtools/tests
logs=$cache/tests
quick="bad-input bus forward hotplug ping processes removal"
# A script waits now and then, but with more of them, those that poll do so for longer.
jobs=$(($(nproc) + 1))
passed=0
failed=0
skipped=0

# The scripts in the order in which they begin, and are reported
in_order()
{
	local name script seconds alone

	for name; do
		script=$tests/$name.sh
		[ -x "$script" ] || die "there is no test $name"
		seconds=$(sed -n 's/^# seconds: //p' "$script")
		alone=$(grep -c '^# alone: ' "$script" || true)
		echo "$alone ${seconds:-0} $name"
	done | sort -u -k1,1n -k2,2nr -k3 | cut -d' ' -f3
}

is_alone()
{
	grep -q '^# alone: ' "$tests/$1.sh"
}

# To be run in the background, as the other functions are not
run_script()
{
	local log=$logs/$1.log status=0

	"$tests/$1.sh" >"$log" 2>&1 || status=$?
	if [ $status != 0 ]; then
		echo "not ok - exit code $status" >>"$log"
	elif ! grep -qE '^(not )?ok\b' "$log"; then
		echo "not ok - no test was run" >>"$log"
	fi
}

count()
{
	grep -cE "$1" "$log" || true
}

# report NAME SECONDS
report()
{
	local log=$logs/$1.log failures skips

	echo "$1: $2 s"
	sed -n 's/^\(not \)\?ok\b/  &/p' "$log"
	failures=$(count '^not ok\b')
	skips=$(count '^ok\b.*# SKIP')
	failed=$((failed + failures))
	skipped=$((skipped + skips))
	passed=$((passed + $(count '^ok\b') - skips))
	[ "$failures" = 0 ] || sed 's/^/    /' "$log"
}

# At the end as well, where it is found after hundreds of other lines
repeat_failures()
{
	local name

	for name in "${names[@]}"; do
		grep -q '^not ok\b' "$logs/$name.log" || continue
		echo "failed: $name"
		grep -aB 5 '^not ok\b' "$logs/$name.log" | sed 's/^/  /'
	done
}

# Report the scripts that have ended, up to the first one that has not.
report_ended()
{
	local name

	while [ $reported -lt ${#names[@]} ]; do
		name=${names[reported]}
		[ -n "${took[$name]-}" ] || return 0
		report "$name" "${took[$name]}"
		reported=$((reported + 1))
	done
}

# Note the scripts that have ended, however they did.
note_ended()
{
	local pid name status

	for pid in "${!running[@]}"; do
		! kill -0 "$pid" 2>/dev/null || continue
		name=${running[$pid]}
		status=0
		wait "$pid" || status=$?
		[ $status = 0 ] || echo "not ok - ended by signal or error $status" >>"$logs/$name.log"
		took[$name]=$((SECONDS - started[$name]))
		unset "running[$pid]"
	done
}

# Wait until fewer scripts are running than that.
wait_for_less_than()
{
	while [ ${#running[@]} -ge "$1" ]; do
		sleep 0.2
		note_ended
		report_ended
	done
}

run_scripts()
{
	local name reported=0
	local -A running=() started=() took=()

	for name in "${names[@]}"; do
		if is_alone "$name"; then
			wait_for_less_than 1
		else
			wait_for_less_than "$jobs"
		fi
		: >"$logs/$name.log"
		say "running $name"
		started[$name]=$SECONDS
		run_script "$name" &
		running[$!]=$name
	done
	wait_for_less_than 1
}

# What the virtual machines need, while DPDK is built: the tests wait for it.
prepare_machines()
{
	"$top/devtools/vm/kernel.sh" && "$top/devtools/vm/modules.sh" \
		mdev_vnet mdev_pci mdev_queues mdev_shapes mtty mdpy
}

# shellcheck disable=SC2317 # called by the trap
stop()
{
	local job

	for job in $(jobs -p); do
		kill -- "-$job" 2>/dev/null || true
	done
}

if [ "${1-}" = --help ]; then
	usage
	exit
fi
while getopts hj: option; do
	case $option in
	j) jobs=$OPTARG ;;
	h) usage; exit ;;
	*) usage >&2; exit 1 ;;
	esac
done
shift $((OPTIND - 1))
[[ $jobs =~ ^[1-9][0-9]*$ ]] || die "-j $jobs: not a number of scripts"
if [ $# = 0 ]; then
	set -- "$tests"/*.sh
	set -- "${@##*/}"
	set -- "${@%.sh}"
elif [ "$*" = quick ]; then
	# shellcheck disable=SC2086 # a list
	set -- $quick
fi
names=$(in_order "$@")
mapfile -t names <<<"$names"

# Each script is a process group of its own, to be ended as a whole. What belongs to
# no terminal is not stopped by one.
exec </dev/null
set -m
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

mkdir -p "$logs"
if [ $# != 1 ]; then
	"$top/devtools/install-deps.sh"
	prepare_machines &
fi
"$top/devtools/build.sh" &
wait $!
wait
run_scripts
[ $failed = 0 ] || repeat_failures
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed = 0 ]
