#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The package of the sample kernel modules: DKMS builds them, here for the kernel of
# the virtual machine, and in there they make a NIC and a port that work.
#
# seconds: 100

. "$(dirname "$0")/common"

# the compiler of this machine builds for its own release's kernel
unset MDEV_KERNEL
"$top/devtools/install-deps.sh" dkms lintian || exit
"$top/devtools/vm/kernel.sh" || exit
deb=$("$top/devtools/package.sh" --samples) || exit
linux=$top/.cache/linux
read -r release <"$linux/release"
work=$(mktemp -d "$top/.cache/package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

checked()
{
	lintian --display-info --pedantic --fail-on error,warning,info,pedantic "$deb"
}

# in_dkms COMMAND [OPTION]...: as the package does it where it is installed
in_dkms()
{
	dkms "$1" -m mdev-samples -v "$(dpkg-deb --field "$deb" Version)" "${@:2}" \
		--sourcetree "$work/package/usr/src" --dkmstree "$work/tree"
}

built()
{
	mkdir "$work/tree" && dpkg-deb -x "$deb" "$work/package" && in_dkms add || return
	in_dkms build -k "$release" --kernelsourcedir "$linux/usr/src/linux-headers-$release" ||
		{ cat "$work"/tree/mdev-samples/*/build/make.log; return 1; }
	cp "$work"/tree/mdev-samples/*/"$release"/*/module/*.ko* "$work"
}

test_that "lintian has nothing to say" checked
test_that "DKMS builds the modules" built
"$top/devtools/vm.sh" -n "$top/devtools/vm/modprobe.sh" "$work" \
	"$top/devtools/vm/package-samples.sh" "$apps/dpdk-testpmd"
