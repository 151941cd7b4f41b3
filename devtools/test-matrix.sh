#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Run tests with each of the DPDK trees, and with Debian's source package if there is
# none, on the kernel of each Debian release. Prints a table in Markdown: in which mode
# VFIO was, and how many passed. Exits with 1 if one failed; logs are in
# .cache/test-matrix. DPDK before 26.11 has no mode but that with groups: it is not run
# on a kernel without them.
#
#   devtools/test-matrix.sh [-k "SUITE..."] [-t "TEST..."] [DPDK-DIRECTORY]...

. "$(dirname "$0")/lib/common.sh"

kernels="bookworm trixie forky trixie-backports trixie-cdev"
tests="mdev-vnet mdev-pci mdev-shapes mdev-queues netmdev bus threads ping forward many life
	hotplug processes removal selection container memory stock bad-input"
while getopts k:t: option; do
	case $option in
	k) kernels=$OPTARG ;;
	t) tests=$OPTARG ;;
	*) refuse "unknown option" ;;
	esac
done
shift $((OPTIND - 1))
read -ra kernels <<<"$kernels"
read -ra tests <<<"${tests//[$'\n\t']/ }"
trees=("$@")
[ $# != 0 ] || trees=("")
logs=$cache/test-matrix
failed=0

# A line of the table
row()
{
	printf '| %s ' "$@"
	echo "|"
}

# What a test has come to, from the last line of devtools/test.sh
result()
{
	local counts='^([0-9]+) passed, ([0-9]+) failed, ([0-9]+) skipped$'

	if ! [[ $(tail -n 1 "$1") =~ $counts ]]; then
		echo "**did not run**"
	elif [ "${BASH_REMATCH[2]}" != 0 ]; then
		echo "**${BASH_REMATCH[2]} failed**, ${BASH_REMATCH[1]} passed"
	elif [ "${BASH_REMATCH[3]}" != 0 ]; then
		echo "${BASH_REMATCH[1]}, ${BASH_REMATCH[3]} skipped"
	else
		echo "${BASH_REMATCH[1]}"
	fi
}

# can_run DPDK-DIRECTORY SUITE
can_run()
{
	[[ $2 != *-@(cdev|nogroups) ]] || [ -e "${1:-$("$top/devtools/lib/get-dpdk.sh")}/lib/eal/linux/eal_vfio_cdev.c" ]
}

# run_tests DPDK-DIRECTORY SUITE
run_tests()
(
	local version release mode=group name log cells=()

	export MDEV_DPDK=$1 MDEV_KERNEL=$2
	version=$(cat "${MDEV_DPDK:-$("$top/devtools/lib/get-dpdk.sh")}/VERSION")
	release=$("$top/devtools/vm.sh" -n uname -r)
	[[ $2 != *-@(cdev|nogroups) ]] || mode=cdev
	# trees of one version may differ
	name=$(basename "${1:-$version}")
	for test in "${tests[@]}"; do
		log=$logs/$name-$release-$mode-$test.log
		say "DPDK $version ($name), Linux $release, mode $mode: $test"
		"$top/devtools/test.sh" "$test" >"$log" 2>&1 || failed=1
		cells+=("$(result "$log")")
	done
	row "$version" "${release%-amd64}" "$mode" "${cells[@]}"
	exit $failed
)

mkdir -p "$logs"
row DPDK Linux mode "${tests[@]}"
row --- --- --- "${tests[@]//*/---:}"
for tree in "${trees[@]}"; do
	for kernel in "${kernels[@]}"; do
		! can_run "$tree" "$kernel" || run_tests "$tree" "$kernel" || failed=1
	done
done
echo
echo "$(date +%F), commit $(git -C "$top" describe --always --dirty)"
exit $failed
