#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Write what devtools/apply.sh does to a DPDK tree as patches for git am, split
# as devtools/series says and signed off by you. The tree is a git repository,
# of which HEAD counts, or a plain directory; it is not changed.
#
#   devtools/export-series.sh [--fixes] DPDK-DIRECTORY [OUTPUT-DIRECTORY]
#
# With --fixes it is only the first of them: what mends DPDK without the mdev bus.
# Without an output directory the patches go to .cache/series.

. "$(dirname "$0")/lib/common.sh"
. "$top/devtools/lib/temporary"

fixes=()
if [ "${1-}" = --fixes ]; then
	fixes=(--fixes)
	shift
fi
takes 1 2 "$@"
[ -d "$1" ] || die "$1: no such directory"
"$top/devtools/install-deps.sh" git

output=${2:-$cache/series}
[ $# = 2 ] || rm -rf "$output"
mkdir -p "$output"
[ -z "$(ls -A "$output")" ] || die "$output: is not empty"

if ! name=$(git config user.name) || ! email=$(git config user.email); then
	die "patches are signed off: set git's user.name and user.email"
fi

work=$(temporary series)
trap 'rm -rf "$work"' EXIT
# hooks, signatures or formats of the user have no place in the patches
export GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL=$work/gitconfig
git config --global user.name "$name"
git config --global user.email "$email"
git config --global safe.directory '*'

python3 "$top/devtools/lib/series.py" "${fixes[@]}" "$1" "$work/dpdk" "$output"
