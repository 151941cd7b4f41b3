#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Copy Linux's checkpatch.pl, which DPDK's checks of patches need, out of
# Debian's package of the kernel's source, and print its path.

. "$(dirname "$0")/common.sh"

package=linux-source-6.1
dir=$cache/checkpatch

fetch()
(
	say "fetching $package for the kernel's checkpatch.pl"
	rm -rf "$dir.new"
	mkdir "$dir.new"
	cd "$dir.new"
	quiet "$top/devtools/apt.sh" -qq download "$package"
	dpkg-deb --fsys-tarfile ./*.deb |
		tar -xO --wildcards "./usr/src/$package.tar.*" |
		tar -xJ --strip-components=2 --wildcards \
			'*/scripts/checkpatch.pl' '*/scripts/spelling.txt' \
			'*/scripts/const_structs.checkpatch'
	rm -- *.deb
	rm -rf "$dir"
	mv "$dir.new" "$dir"
)

lock checkpatch
[ -x "$dir/checkpatch.pl" ] || fetch
echo "$dir/checkpatch.pl"
