#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The quilt series for Debian's source package makes the tree of which
# devtools/package.sh builds the libraries that tests/package.sh tests.

. "$(dirname "$0")/common"

"$top/devtools/install-deps.sh" quilt || exit
dpdk=$("$top/devtools/get-dpdk.sh")
work=$(mktemp -d "$top/.cache/quilt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$dpdk" "$work/quilt"
cp -r "$dpdk" "$work/applied"

# Somebody must sign off the patches.
export GIT_CONFIG_COUNT=2
export GIT_CONFIG_KEY_0=user.name GIT_CONFIG_VALUE_0="Series Test"
export GIT_CONFIG_KEY_1=user.email GIT_CONFIG_VALUE_1=series@test.invalid
export QUILT_PATCHES=debian/patches

in_quilt()
(
	cd "$work/quilt" && quilt --quiltrc=- "$@"
)

pushes()
{
	in_quilt push -a --fuzz=0 && ! in_quilt next
}

equal()
{
	"$top/devtools/apply.sh" "$work/applied" &&
		diff -r -x debian -x .pc "$work/applied" "$work/quilt"
}

test_that "the series is added to that of Debian" \
	"$top/devtools/export-quilt.sh" "$work/quilt"
test_that "quilt applies it without fuzz" pushes
test_that "the result is the tree that apply.sh makes" equal
