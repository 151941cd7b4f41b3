#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Fetch the source package of Debian's DPDK, unpack it as Debian has it, and
# print the directory.

. "$(dirname "$0")/common.sh"

dpdk=$cache/dpdk

fetch()
(
	say "fetching DPDK's source package"
	rm -rf "$dpdk.new"
	mkdir "$dpdk.new"
	cd "$dpdk.new"
	quiet "$top/devtools/apt.sh" -qq source dpdk
	rm -rf "$dpdk"
	mv dpdk-*/ "$dpdk"
	rm -rf "$dpdk.new"
)

lock get-dpdk
[ -f "$dpdk/VERSION" ] || fetch
echo "$dpdk"
