#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The quilt series for Debian's source package: what is built with it are, to the
# byte, the libraries of our package, which the tests of the package use.
#
# seconds: 50

. "$(dirname "$0")/common"
. "$(dirname "$0")/libraries"
. "$(dirname "$0")/deb"

"$top/devtools/install-deps.sh" quilt || exit
packaged=$(dirname "$deb")/source/dpdk
libraries=(drivers/librte_bus_{mdev,pci}".so.$abi_version" "lib/librte_ethdev.so.$abi_version")
work=$(mktemp -d "$top/.cache/quilt-test.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp -r "$source" "$work/quilt"

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
	diff -r -x debian -x .pc -x 'obj-*' "$packaged" "$work/quilt"
}

builds()
{
	build_libraries "$work/quilt" bus/mdev,bus/pci "${libraries[@]}"
}

same()
{
	local library

	for library in "${libraries[@]}"; do
		cmp "$packaged"/obj-*/"$library" "$work"/quilt/obj-*/"$library" || return
	done
}

test_that "the series is added to that of Debian" \
	"$top/devtools/export-quilt.sh" "$work/quilt"
test_that "quilt applies it without fuzz" pushes
test_that "the result is the tree of which our package is built" equal
test_that "Debian's rules build the libraries of it" builds
test_that "they are, to the byte, those of our package" same
