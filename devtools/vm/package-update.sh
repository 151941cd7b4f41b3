#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine: Debian updates DPDK while our package is
# installed. Each of the two folders has a version of DPDK's packages, and our
# package for it; the second one has a list of DPDK's, too. Prints a line
# for each test; they build on each other.
#
#   devtools/vm/package-update.sh OLD-FOLDER NEW-FOLDER

. "$(dirname "$0")/../tests/common"

old=$1
new=$2
bus_pci=$(dpkg-deb -f "$(echo "$new"/librte-bus-pci*.deb)" Package)
libraries=("$bus_pci" "${bus_pci/bus-pci/eal}" "${bus_pci/bus-pci/ethdev}")
ours=${bus_pci/pci/mdev}
mkdir -p /run/apt/lists/partial /run/apt/archives/partial
: >/run/apt/sources.list

apt()
{
	apt-get -qq -y -o Dir::Etc::SourceList=/run/apt/sources.list \
		-o Dir::Etc::SourceParts=- -o Dir::State::Lists=/run/apt/lists \
		-o Dir::Cache=/run/apt -o APT::Sandbox::User= "$@"
}

# Do all of DPDK's packages and ours have the version of that folder?
have()
{
	local name deb

	for name in "${libraries[@]}" "$ours"; do
		deb=$(echo "$1/${name}"_*.deb)
		[ "$(dpkg-query -W -f '${Status} ${Version}' "$name")" = \
			"install ok installed $(dpkg-deb -f "$deb" Version)" ] || return
	done
}

# What needs the newer version of DPDK goes, as this is a step back.
old_version()
{
	apt install --allow-downgrades "$old"/*.deb && have "$old"
}

held()
{
	echo "deb [trusted=yes] file:$new ./" >/run/apt/sources.list
	apt update && LC_ALL=C apt -q=0 upgrade >/run/output || return
	cat /run/output
	grep -A 2 'kept back' /run/output | grep -q "$bus_pci" && have "$old"
}

updated()
{
	apt install "$new/$ours"_*.deb && have "$new" && verified "$ours"
}

# Who overrules the dependency is told of it by apt from then on.
overruled()
{
	dpkg --force-depends --install "$old/$bus_pci"_*.deb || return
	! apt -q=0 check >/run/output 2>&1 || return
	cat /run/output
	grep -q "$ours : Depends: $bus_pci (= " /run/output
}

removed()
{
	dpkg --purge "$ours" && verified "${libraries[@]}" &&
		[ -z "$(dpkg-divert --list "$ours")" ]
}

test_that "DPDK and our package are installed, in the older version" old_version
test_that "apt keeps the update of DPDK back" held
test_that "our package for the new version brings the update" updated
test_that "who overrules that is told so by apt" overruled
test_that "it is removed, DPDK's libraries are in their place" removed
