#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Run DPDK's own checks on the last commits of a DPDK tree, to which git am
# applied what devtools/export-series.sh wrote, and show what they find. Exits
# with 1 if they find anything.
#
#   devtools/check-series.sh DPDK-DIRECTORY NUMBER-OF-PATCHES

. "$(dirname "$0")/lib/common.sh"
. "$top/devtools/lib/temporary"

takes 2 2 "$@"
"$top/devtools/install-deps.sh" codespell gawk git perl
DPDK_CHECKPATCH_PATH=$("$top/devtools/lib/get-checkpatch.sh")
export DPDK_CHECKPATCH_PATH

work=$(temporary check)
trap 'rm -rf "$work"' EXIT
git clone -q --shared "$1" "$work/dpdk"
cd "$work/dpdk"
base=HEAD~$2
git diff --name-only "$base" >../changed

# Every author must be in .mailmap. That of new ones is their own affair, and
# no part of the change.
git log --format='%an <%ae>' "$base.." | sort -u >>.mailmap

# The macro that registers a driver is like those of DPDK's other buses.
export DPDK_CHECKPATCH_OPTIONS=--ignore=COMPLEX_MACRO
# The tests of a bus and of its devices bring drivers along.
accepted='Using driver specific headers in applications'
accepted+='|Warning in app/test/test_(bus_)?mdev.*:'

# Where the tree has no history, there is not what the fixes refer to.
fixed=$(git log --format=%b "$base.." | sed -n 's/^Fixes: \([0-9a-f]*\) .*/\1/p' | head -n 1)
if ! git cat-file -e "${fixed:-HEAD}" 2>../findings; then
	DPDK_CHECKPATCH_OPTIONS+=,UNKNOWN_COMMIT_ID
	accepted+="|Wrong 'Fixes' reference:|\\s*Fixes: [0-9a-f]{12} \(\".*\"\)"
	accepted+='|Invalid patch\(es\) found - checked [0-9]+ patches'
fi

failed=0

# Show what a check says, unless it is nothing but lines of the pattern $1.
find_nothing()
{
	if grep -qvxE "$1" ../findings; then
		cat ../findings
		failed=1
	fi
}

check()
{
	"$@" >../findings 2>&1 || true
	find_nothing "|### .*|[0-9/]+ valid patch(es)?|$accepted"
}

# Checks of the whole tree: what they say of files that are not ours does not
# count.
check_tree()
{
	"$@" 2>&1 | grep -Ff ../changed >../findings || true
	find_nothing ''
}

# It is a shell script with one argument, or a Python script with an option. The
# latter takes symbols in lines of context for removed: there are none.
check_symbols()
{
	if [ -f devtools/check-symbol-change.py ]; then
		devtools/check-symbol-change.py --patch "$1"
	else
		devtools/check-symbol-change.sh "$1"
	fi >../findings 2>&1 || true
	find_nothing 'INFO: .* has been added to (the )?INTERNAL .*'
}

git format-patch -q -o ../patches "$base"
check devtools/checkpatches.sh ../patches/*
check devtools/check-git-log.sh -r "$base.."
check_tree devtools/check-spdx-tag.sh
check_tree devtools/check-meson.py
git format-patch -q -U0 -o ../short "$base"
for patch in ../short/*; do
	check_symbols "$patch"
done
exit $failed
