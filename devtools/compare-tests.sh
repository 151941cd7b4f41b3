#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Nothing changes for what is not a mediated device: DPDK's fast tests, and what
# works with every NIC on the PCI bus, have the same results in the tree of Debian's
# source package, or that in MDEV_DPDK, as it is, and with the mdev bus. Prints the
# differences, and exits with 1 if there are any.
#
#   devtools/compare-tests.sh

. "$(dirname "$0")/lib/common.sh"
. "$top/devtools/tests/pmd_machines"

takes 0 0 "$@"
if [ -n "${MDEV_DPDK-}" ]; then
	dpdk=$(realpath "$MDEV_DPDK")
	with_mdev=$cache/build-$(basename "$dpdk")
else
	dpdk=$("$top/devtools/lib/get-dpdk.sh")
	with_mdev=$top/build
fi
results=$cache/compare-tests-$(basename "$dpdk")
unmodified=$results/build
source=$results/source

# The options of our build, without the bus
options()
{
	grep -v '^#' "$top/config/small" | sed -n 's/bus\/mdev,//; s/^./-D&/p'
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

# run_tests NAME DIRECTORY: every test that has run, and its result
run_tests()
{
	say "running DPDK's fast tests, $1"
	# that some of them fail is no matter here
	meson test -C "$2" --no-rebuild --suite fast-tests --timeout-multiplier 10 \
		>"$results/$1.log" 2>&1 || true
	jq -r '(.name | sub(".* "; "")) + " " + .result' "$2/meson-logs/testlog.json" |
		grep -v '^bus_mdev' | sort >"$results/$1"
	grep -q ' OK$' "$results/$1"
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
"$top/devtools/build.sh"
"$top/devtools/install-deps.sh" jq
mkdir -p "$results"
add_test "$dpdk"
if [ ! "$unmodified/build.ninja" -nt "$top/config/small" ]; then
	mapfile -t options < <(options)
	rm -rf "$unmodified"
	quiet meson setup --native-file "$top/config/native.ini" -Dbuildtype=release \
		-Dwarning_level=2 -Dmax_ethports=256 "${options[@]}" \
		"$unmodified" "$source"
fi
say "building DPDK as it is"
quiet ninja -C "$unmodified"

run_tests unmodified "$unmodified"
try_nics unmodified "$unmodified"
run_tests with-mdev "$with_mdev"
try_nics with-mdev "$with_mdev"
diff "$results/unmodified" "$results/with-mdev" && status=0 || status=1
awk '{ count[$NF]++ } END { for (result in count) print result, count[result] }' \
	"$results/with-mdev"
exit "$status"
