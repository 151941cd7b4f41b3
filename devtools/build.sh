#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# What "meson setup build && ninja -C build" does, from a bare machine on, and
# in few lines.
#
#   devtools/build.sh [-C DIRECTORY] [-t PROGRAM]... [-DOPTION=VALUE]...
#
# With -t it makes the named programs of DPDK and what they need, and nothing else.
# The options with -D are meson's.
# Few of DPDK's own tests are in there, with CC=gcc in the environment all.
#
# With MDEV_DPDK=DPDK-DIRECTORY in the environment, that tree is built: a copy of it
# with the mdev bus, as itself and not as a part of this project, in .cache/build-NAME.

. "$(dirname "$0")/lib/common.sh"

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

# profile OPTION-OF-MESON...: what meson takes over only once, and a compiler of ours
profile()
{
	sha256sum config/*
	[ ! -f "$CC" ] || sha256sum "$CC"
	printf '%s\n' "$CC" "$source" "${options[@]}" "$@"
}

# A directory that the user has configured is left alone.
is_outdated()
{
	[ -f "$build/profile" ] && ! profile "$@" | cmp -s - "$build/profile"
}

# The options in config/small for a build of DPDK as itself
options()
{
	sed -n 's/^[a-z]/-D&/p' "$top/config/small"
}

# Where ninja makes the programs: releases differ in it. Some make a link as well, further
# down.
targets()
{
	local program

	for program in "${programs[@]}"; do
		ninja -C "$build" -t targets all | sed -nE "s,^((.*/)?$program): .*,\\1,p" |
			sort | head -n 1
	done
}

export CC=${CC:-$top/config/few-tests-gcc}
build=$top/build
source=$top
# As many ports as the test of many devices has. testpmd makes its pool of buffers
# for that many: scripts give it --total-num-mbufs.
# At each start, EAL looks for 128 cores on so many nodes. For 32 of them that was a quarter
# of what testpmd does in the virtual machine until it runs.
sizes=(max_ethports=256 max_numa_nodes=2)
options=("${sizes[@]/#/-Ddpdk:}")
if [ -n "${MDEV_DPDK-}" ]; then
	dpdk=$(realpath "$MDEV_DPDK")
	name=$(basename "$dpdk")
	build=$cache/build-$name
	source=$cache/dpdk-mdev-$name
	mapfile -t options < <(options)
	options+=("${sizes[@]/#/-D}" -Dbuildtype=release -Dwarning_level=2)
fi
if [ "${1-}" = -C ]; then
	build=$(realpath "$2")
	shift 2
fi
programs=()
while [ "${1-}" = -t ]; do
	programs+=("$2")
	shift 2
done

for option; do
	[[ $option = -D* ]] || refuse "$option: unknown option"
done

"$top/devtools/install-deps.sh"
lock build
cd "$top"
if [ -n "${MDEV_DPDK-}" ]; then
	mkdir -p "$source"
	python3 devtools/lib/apply.py "$dpdk" "$source"
else
	"$top/devtools/lib/get-dpdk.sh" >/dev/null
fi
if [ ! -f "$build/build.ninja" ] || is_outdated "$@"; then
	say "configuring DPDK with the mdev bus"
	rm -rf "$build"
	quiet meson setup --native-file config/native.ini "${options[@]}" "$@" \
		"$build" "$source"
	profile "$@" >"$build/profile"
fi
mapfile -t targets < <(targets)
[ ${#targets[@]} = ${#programs[@]} ] || die "not all of these can be built: ${programs[*]}"
if ! ninja -C "$build" -n "${targets[@]}" | grep -q 'no work to do'; then
	say "building"
	ninja -C "$build" "${targets[@]}" | progress
fi
