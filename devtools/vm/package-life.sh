#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run by lib/sandbox.sh: install our package, upgrade it, remove it,
# and let each of them fail. Prints a line for each test.
#
#   devtools/vm/package-life.sh PACKAGE.deb

. "$(dirname "$0")/../tests/common"

deb=$1
name=$(dpkg-deb -f "$deb" Package)
version=$(dpkg-deb -f "$deb" Version)
system=$(echo /usr/lib/*/dpdk/pmds-*)
libraries=${system%/dpdk/*}
pci=$(echo "$system"/librte_bus_pci.so.*.*)
ethdev=$(echo "$libraries"/librte_ethdev.so.*.*)

# Everything that was written is in the upper layer of the root, and the lower one is
# how it was.
upper=/run/upper
lower=/run/lower
# What dpkg and ldconfig note for themselves
notes='/var/log/.*|/var/lib/dpkg/(.*-old|lock|lock-frontend|triggers/Lock)'
notes+='|/var/cache/ldconfig/aux-cache|/run/.*|/tmp/.*|/dev/.*'

# What the files are in a directory, a line for each fact: a process for each file would
# take half of the time here.
describe()
(
	cd "$1" && xargs -d '\n' sh -c '
		stat --printf "%n\t%F %a %u %g\n" "$@"
		find "$@" -maxdepth 0 -type l -printf "%p\t%l\n"
		find "$@" -maxdepth 0 -type f -exec sha256sum {} +' sh 2>/dev/null |
		sed -E 's/^([0-9a-f]{64})  (.*)/\2\t\1/' | sort
)

# Which files are not as they were? Before and after are compared by names, types,
# rights, owners and contents.
changes()
{
	(cd $upper && find . -mindepth 1 -printf '/%P\n') | grep -vxE "$notes" |
		sed 's/^/./' >/run/written
	comm -3 <(describe $lower </run/written) <(describe / </run/written) |
		sed 's/^\t//; s/\t.*//; s/^.//' | sort -u
}

# unchanged [PATTERN]: is all as it was, but for files that match?
unchanged()
{
	local changed

	changed=$(changes | grep -vxE "${1-none}" | comm -13 /run/before -)
	printf '%s\n' "$changed"
	[ -z "$changed" ]
}

# repack VERSION [FILE]: the package with another version, and one file more
repack()
{
	rm -rf /run/repack
	dpkg-deb --raw-extract "$deb" /run/repack || return
	sed -i "s/^Version: .*/Version: $1/" /run/repack/DEBIAN/control
	if [ $# = 2 ]; then
		mkdir -p "/run/repack/$(dirname "$2")"
		echo >"/run/repack/$2"
	fi
	dpkg-deb -Znone --build /run/repack /run/other.deb
}

originals()
{
	cmp "$lower$pci" "${pci/.so}.distrib" &&
		cmp "$lower$ethdev" "${ethdev/.so}.distrib"
}

# What programs get, and no other library took their names.
in_place()
{
	originals && verified "$name" || return
	ldconfig -p | grep "/librte_bus_mdev.so" || return
	[ "$(realpath "$libraries"/librte_ethdev.so.*[0-9])" = "$ethdev"$'\n'"$ethdev" ]
}

# A file that another package has makes the installation fail. dpkg remembers that
# it has seen the package.
failed_install()
{
	repack "$version" usr/bin/mdevctl && ! dpkg --install /run/other.deb &&
		unchanged /var/lib/dpkg/status
}

installed()
{
	dpkg --install "$deb" && in_place && ! unchanged
}

upgraded()
{
	repack "$version.1" && dpkg --install /run/other.deb && in_place
}

failed_upgrade()
{
	repack "$version.2" usr/bin/mdevctl && ! dpkg --install /run/other.deb &&
		in_place && [ "$(dpkg-query -W -f '${Version}' "$name")" = "$version.1" ]
}

# dpkg remembers that there is something to purge.
removed()
{
	dpkg --remove "$name" &&
		unchanged "/var/lib/dpkg/(status|info/$name\\.(list|postrm))"
}

purged()
{
	dpkg --purge "$name" && unchanged
}

ldconfig
changes >/run/before
test_that "an installation fails: all is as it was" failed_install
test_that "installed, the originals are kept" installed
test_that "upgraded, the originals are kept" upgraded
test_that "an upgrade fails: the old version is in place" failed_upgrade
test_that "removed: all is as it was" removed
test_that "purged: all is as it was" purged
