#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Nothing changes for what is not a mediated device: DPDK's fast tests have the same
# results in the tree of Debian's source package as it is, and with the mdev bus.
# Prints the differences, and exits with 1 if there are any.
#
#   devtools/compare-tests.sh

. "$(dirname "$0")/common.sh"

unmodified=$cache/unmodified
results=$cache/fast-tests

# The options of our build, without the bus
options()
{
	grep -v '^#' "$top/config/small" | sed -n 's/bus\/mdev,//; s/^./-D&/p'
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

"$top/devtools/build.sh"
"$top/devtools/install-deps.sh" jq
mkdir -p "$results"
if [ ! -f "$unmodified/build.ninja" ]; then
	mapfile -t options < <(options)
	quiet meson setup --native-file "$top/config/native.ini" -Dbuildtype=release \
		-Dwarning_level=2 -Dmax_ethports=256 "${options[@]}" \
		"$unmodified" "$("$top/devtools/get-dpdk.sh")"
fi
say "building DPDK as it is"
quiet ninja -C "$unmodified"

run_tests unmodified "$unmodified"
run_tests with-mdev "$top/build"
diff "$results/unmodified" "$results/with-mdev" && status=0 || status=1
awk '{ count[$2]++ } END { for (result in count) print result, count[result] }' \
	"$results/with-mdev"
exit "$status"
