#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Install those of the Debian packages needed here that are missing, and of those
# that are named.
#
#   devtools/install-deps.sh [PACKAGE]...

. "$(dirname "$0")/lib/common.sh"

takes 0 $# "$@"
# to assemble and build DPDK
packages="coccinelle dpkg-dev gcc libc6-dev libelf-dev libnuma-dev meson
	ninja-build pkgconf python3 python3-pyelftools xz-utils"
# to build kernel modules, and to run the virtual machine
packages="$packages kmod make qemu-system-x86"
# to be run inside of it
packages="$packages iproute2 iputils-ping mdevctl procps util-linux"
packages="$packages $*"

installed()
{
	# shellcheck disable=SC2016 # dpkg's variables, not the shell's
	dpkg-query -W -f '${db:Status-Status} ${Package}\n' |
		sed -n 's/^installed //p' | sort -u
}

# shellcheck disable=SC2086 # a list
missing=$(printf '%s\n' $packages | sort -u | comm -23 - <(installed))
[ -n "$missing" ] || exit 0

# shellcheck disable=SC2086
set -- $missing
[ "$(id -u)" = 0 ] || die "these packages are missing: $*"
# the virtual machines see the files of this one, where half a package must not be
lock packages
say "installing $# packages: $*"
export DEBIAN_FRONTEND=noninteractive
quiet apt-get -q update
# another installation may be under way
quiet apt-get -qy --no-install-recommends -o DPkg::Lock::Timeout=600 install "$@"
