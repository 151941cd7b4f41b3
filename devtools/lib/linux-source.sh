#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Copy the files that match the patterns out of Debian's package of the kernel's
# source, which is downloaded once, without the first LEVELS of their folders.
#
#   devtools/lib/linux-source.sh [--suite SUITE] VERSION DIRECTORY LEVELS PATTERN...

. "$(dirname "$0")/common.sh"

suite=()
if [ "${1-}" = --suite ]; then
	suite=("$1" "${2-}")
	shift 2 || refuse "a suite is missing"
fi
takes 4 $# "$@"
package=linux-source-$1
directory=$(realpath "$2")
levels=$3
shift 3

download()
(
	say "fetching $package"
	rm -rf "$cache/$package.new"
	mkdir "$cache/$package.new"
	cd "$cache/$package.new"
	quiet "$top/devtools/lib/apt.sh" "${suite[@]}" -qq download "$package"
	mv ./*.deb "$cache/$package.deb"
	rm -rf "$cache/$package.new"
)

lock linux-source
[ -f "$cache/$package.deb" ] || download
dpkg-deb --fsys-tarfile "$cache/$package.deb" |
	tar -xO --wildcards "./usr/src/$package.tar.*" |
	tar -xJ --strip-components="$levels" -C "$directory" --wildcards "$@"
