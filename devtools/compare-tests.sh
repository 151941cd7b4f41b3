#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Nothing changes for what is not a mediated device: all of DPDK's fast tests, and
# what works with every NIC on the PCI bus, have the same results in the tree of
# Debian's source package, or that in MDEV_DPDK, as it is, and with the mdev bus. Tests
# that need huge pages run in a virtual machine. Prints the differences, and exits with
# 1 if there are any.
#
#   devtools/compare-tests.sh

. "$(dirname "$0")/lib/common.sh"
. "$top/devtools/tests/pmd_machines"

takes 0 0 "$@"
if [ -n "${MDEV_DPDK-}" ]; then
	dpdk=$(realpath "$MDEV_DPDK")
	prefix=-D
else
	dpdk=$("$top/devtools/lib/get-dpdk.sh")
	prefix=-Ddpdk:
fi
results=$cache/compare-tests-$(basename "$dpdk")
unmodified=$results/build
with_mdev=$results/build-mdev
source=$results/source

# All libraries have tests, and some want drivers that nothing else here needs.
whole=(disable_libs= "$(sed -n 's/^enable_drivers=.*/&,crypto\/null,event\/skeleton,event\/sw/p' \
	"$top/config/small")")

# The options of our build, without the bus
options()
{
	{
		grep -v '^#\|^disable_libs=\|^enable_drivers=' "$top/config/small"
		printf '%s\n' "${whole[@]}"
	} | sed -n 's/bus\/mdev,//; s/^./-D&/p'
}

# As it is, but for one more test in dpdk-test, which tries what works with a NIC
add_test()
{
	mkdir -p "$source"
	cp -r --update "$1/." "$source"
	# the name of the macro in releases that do not sort their tests
	sed s/REGISTER_DRIVER_TEST/REGISTER_TEST_COMMAND/ \
		"$top/app/test/test_bus_mdev_pmds.c" \
		>"$source/app/test/test_bus_mdev_pmds.c"
	grep -q bus_mdev "$source/app/test/meson.build" ||
		sed -i -e "/^test_sources = files(/a 'test_bus_mdev_pmds.c'," \
			-e "/^source_file_deps = {/a 'test_bus_mdev_pmds.c': ['ethdev', 'net']," \
			"$source/app/test/meson.build"
}

# left_out NAME DPDK-TEST: those that meson has left out, as there are no huge pages.
# Where they are named depends on the release, and some are of libraries that can not
# be built here.
left_out()
{
	local name

	sed -nE -e "s/.*\['([a-z0-9_]+)', false, .*/\1/p" \
		-e 's/^REGISTER_FAST_TEST\(([a-z0-9_]+), (false|NOHUGE_SKIP),.*/\1/p' \
		"$dpdk/app/test/meson.build" "$dpdk"/app/test/*.c | sort -u |
		while read -r name; do
			grep -q "^$name " "$results/$1" || ! grep -qa "$name" "$2" ||
				echo "$name"
		done
}

# run_tests NAME DIRECTORY: every test that has run, and its result
run_tests()
{
	local dpdk_test names

	say "running DPDK's fast tests, $1"
	# that some of them fail is no matter here
	meson test -C "$2" --no-rebuild --suite fast-tests --timeout-multiplier 10 \
		>"$results/$1.log" 2>&1 || true
	jq -r '(.name | sub(".* "; "")) + " " + .result' "$2/meson-logs/testlog.json" |
		grep -v '^bus_mdev' | sort >"$results/$1"
	grep -q ' OK$' "$results/$1"

	say "running those that need huge pages, $1"
	dpdk_test=$(find "$2" -name dpdk-test -type f)
	mapfile -t names < <(left_out "$1" "$dpdk_test")
	# some wait in a loop for each other
	"$top/devtools/vm.sh" -p -t 3600 -H 1024 "$top/devtools/vm/fast-tests.sh" \
		"$dpdk_test" "${names[@]}" >"$results/$1.huge"
	sed -n 's/^result: //p' "$results/$1.huge" >>"$results/$1"
}

# try_nics NAME DIRECTORY: every NIC and feature with the drivers of the PCI bus
try_nics()
{
	local driver dpdk_test

	say "trying the NICs, $1"
	dpdk_test=$(find "$2" -name dpdk-test -type f)
	for driver in uio_pci_generic vfio-pci; do
		try_driver $driver "$dpdk_test" "$results/$1.$driver"
	done
	for driver in uio_pci_generic vfio-pci; do
		ended_well "$results/$1.$driver"
		sed -n "s/^result:/$driver:/p" "$results/$1.$driver" >"$results/$1.nics"
		[ -s "$results/$1.nics" ]
		cat "$results/$1.nics" >>"$results/$1"
	done
}

# with all of DPDK's tests, as by hand
export CC=gcc
mkdir -p "$with_mdev"
"$top/devtools/build.sh" -C "$with_mdev" -t dpdk-test "${whole[@]/#/$prefix}"
"$top/devtools/install-deps.sh" jq
add_test "$dpdk"
if [ ! "$unmodified/build.ninja" -nt "$top/config/small" ] ||
		[ ! "$unmodified/build.ninja" -nt "$0" ]; then
	mapfile -t options < <(options)
	rm -rf "$unmodified"
	quiet meson setup --native-file "$top/config/native.ini" -Dbuildtype=release \
		-Dwarning_level=2 -Dmax_ethports=256 "${options[@]}" \
		"$unmodified" "$source"
fi
say "building DPDK as it is"
quiet meson compile -C "$unmodified" dpdk-test

run_tests unmodified "$unmodified"
try_nics unmodified "$unmodified"
run_tests with-mdev "$with_mdev"
try_nics with-mdev "$with_mdev"
diff "$results/unmodified" "$results/with-mdev" && status=0 || status=1
awk '{ count[$NF]++ } END { for (result in count) print result, count[result] }' \
	"$results/with-mdev"
exit "$status"
