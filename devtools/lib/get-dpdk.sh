#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Fetch the source package of Debian's DPDK, unpack it as Debian has it, and
# print the directory. Without a version it is the one that was fetched before,
# or else the latest.
#
#   devtools/lib/get-dpdk.sh [VERSION]

. "$(dirname "$0")/common.sh"

takes 0 1 "$@"
dpdk=$cache/dpdk

# fetch VERSION: it may be empty
fetch()
(
	say "fetching DPDK's source package${1:+ $1}"
	rm -rf "$dpdk.new"
	mkdir "$dpdk.new"
	cd "$dpdk.new"
	quiet "$top/devtools/lib/apt.sh" -qq source "dpdk${1:+=$1}"
	rm -rf "$dpdk"
	mv dpdk-*/ "$dpdk"
	rm -rf "$dpdk.new"
)

is_version()
{
	[ -z "$1" ] ||
		[ "$(dpkg-parsechangelog -l "$dpdk/debian/changelog" -S Version)" = "$1" ]
}

lock get-dpdk
version=${1-}
if [ -f "$dpdk/VERSION" ] && ! is_version "$version"; then
	dpdk=$cache/dpdk-$version
fi
[ -f "$dpdk/VERSION" ] || fetch "$version"
echo "$dpdk"
