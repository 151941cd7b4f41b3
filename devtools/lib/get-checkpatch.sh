#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Copy Linux's checkpatch.pl, which DPDK's checks of patches need, out of
# Debian's package of the kernel's source, and print its path.
#
#   devtools/lib/get-checkpatch.sh

. "$(dirname "$0")/common.sh"

takes 0 0 "$@"
dir=$cache/checkpatch

fetch()
{
	rm -rf "$dir.new"
	mkdir "$dir.new"
	"$top/devtools/lib/linux-source.sh" 6.1 "$dir.new" 2 '*/scripts/checkpatch.pl' \
		'*/scripts/spelling.txt' '*/scripts/const_structs.checkpatch'
	rm -rf "$dir"
	mv "$dir.new" "$dir"
}

lock checkpatch
[ -x "$dir/checkpatch.pl" ] || fetch
echo "$dir/checkpatch.pl"
