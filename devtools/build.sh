#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# What "meson setup build && ninja -C build" does, from a bare machine on, and
# in few lines.
#
#   devtools/build.sh [-C DIRECTORY] [OPTION-OF-MESON]...

. "$(dirname "$0")/common.sh"

# One line for every tenth of ninja's steps; the others on failure
progress()
{
	awk -F '[][/]' '
		!/^\[[0-9]+\/[0-9]+\]/ { rest = rest $0 "\n"; next }
		int($2 * 10 / $3) > tenths {
			tenths = int($2 * 10 / $3)
			print "  " tenths * 10 "% of " $3 " steps"
			fflush()
		}
		END { if (rest ~ /FAILED|ERROR/) printf "%s", rest }' >&2
}

# Meson gives the options in the profile to DPDK only once. A directory that the
# user has configured is left alone.
is_outdated()
{
	[ -f "$build/profile" ] &&
		! sha256sum config/* | cmp -s - "$build/profile"
}

build=$top/build
if [ "${1-}" = -C ]; then
	build=$(realpath "$2")
	shift 2
fi

"$top/devtools/install-deps.sh"
"$top/devtools/get-dpdk.sh" >/dev/null

lock build
cd "$top"
if [ ! -f "$build/build.ninja" ] || is_outdated; then
	say "configuring DPDK with the mdev bus"
	rm -rf "$build"
	# As many ports as the test of many devices has. testpmd makes its pool
	# of buffers for that many: scripts give it --total-num-mbufs.
	quiet meson setup --native-file config/native.ini \
		-Ddpdk:max_ethports=256 "$build" "$@"
	sha256sum config/* >"$build/profile"
fi
if ! ninja -C "$build" -n | grep -q 'no work to do'; then
	say "building"
	ninja -C "$build" | progress
fi
