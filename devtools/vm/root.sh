#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Unpack packages of a release of Debian, and what they depend on, below
# .cache/roots: a root for programs of that release in the virtual machine.
# Nothing is installed, and no script of a package runs. Prints the directory.
#
#   devtools/vm/root.sh SUITE NAME PACKAGE... [-- PACKAGE...]
#
# NAME is that of the directory. What the packages after "--" depend on is left out.

. "$(dirname "$0")/../lib/common.sh"

no_option "$@"
[ $# -ge 3 ] || refuse "an argument is missing"

suite=$1
root=$cache/roots/$2
shift 2
packages=()
while [ $# != 0 ] && [ "$1" != -- ]; do
	packages+=("$1")
	shift
done
[ $# = 0 ] || shift
alone=("$@")

# base-files has the links from /lib to /usr/lib, and the like.
unpack()
{
	local deb

	for deb in debs/base-files_*.deb debs/*.deb; do
		dpkg-deb -x "$deb" new
	done
}

fetch()
{
	mkdir -p debs/partial
	quiet "$top/devtools/lib/apt.sh" --suite "$suite" -qqy --no-install-recommends \
		--download-only -o Dir::Cache::Archives="$PWD/debs" -o Debug::NoLocking=1 \
		install base-files bash coreutils "${packages[@]}" || return
	[ ${#alone[@]} = 0 ] || (cd debs &&
		quiet "$top/devtools/lib/apt.sh" --suite "$suite" -qq download "${alone[@]}")
}

lock roots
if ! printf '%s\n' "$suite" "${packages[@]}" -- "${alone[@]}" | cmp -s - "$root/packages"; then
	say "fetching programs of Debian $suite"
	rm -rf "$root" "$root.new"
	mkdir -p "$root.new"
	cd "$root.new"
	fetch
	unpack
	rm -r debs
	mv new "$root"
	cd "$top"
	rm -r "$root.new"
	printf '%s\n' "$suite" "${packages[@]}" -- "${alone[@]}" >"$root/packages"
fi
echo "$root"
