#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run by lib/sandbox.sh: Debian updates DPDK while our package is
# installed. Each of the folders has a version of DPDK's packages, and our
# package for it; the second one has a list of DPDK's, too, and the libraries of
# the last one have other names. Prints a line for each test; they build on each
# other.
#
#   devtools/vm/package-update.sh OLD-FOLDER NEW-FOLDER RENAMED-FOLDER

. "$(dirname "$0")/../tests/common"

old=$1
new=$2
renamed=$3
bus_pci=$(dpkg-deb -f "$(echo "$new"/librte-bus-pci*.deb)" Package)
libraries=("$bus_pci" "${bus_pci/bus-pci/eal}" "${bus_pci/bus-pci/ethdev}")
ours=${bus_pci/pci/mdev}
pmds=$(echo /usr/lib/*/dpdk/pmds-*)
pmds=${pmds%-*}

# abi_version FOLDER: the end of the name of its libraries
abi_version()
{
	dpkg-deb -c "$(echo "$1/$ours"_*.deb)" |
		sed -n 's,.*/librte_ethdev\.so\.\([0-9.]*\)$,\1,p'
}

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
	apt install "$new/$ours"_*.deb && have "$new" && in_place "$(abi_version "$new")"
}

# Are all files in their places, and is it our libraries of that version of the ABI,
# and no others, that have the places of DPDK's?
in_place()
{
	local places

	verified "${libraries[@]}" "$ours" || return
	places=$(dpkg-divert --list "$ours")
	printf '%s\n' "$places"
	[ "$(wc -l <<<"$places")" = 2 ] &&
		[ "$(grep -c "\.so\.$1 to " <<<"$places")" = 2 ] &&
		[ "$(find "${pmds%/dpdk/*}" "$pmds"-* -maxdepth 1 -name '*.distrib' |
			wc -l)" = 2 ]
}

# What a new library needs a place for cannot be written.
failed_renaming()
{
	local folder

	folder=$pmds-$(abi_version "$renamed")
	mkdir "$folder" && mount -t tmpfs -o ro none "$folder" || return
	! dpkg --install "$renamed/$ours"_*.deb || return
	umount "$folder" && rmdir "$folder" && have "$new" && in_place "$(abi_version "$new")"
}

with_new_names()
{
	dpkg --install "$renamed"/*.deb && have "$renamed" && in_place "$(abi_version "$renamed")"
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
test_that "our package for another minor ABI fails to be installed: all is as it was" \
	failed_renaming
test_that "DPDK of another minor ABI and our package are installed" with_new_names
test_that "who overrules that is told so by apt" overruled
test_that "it is removed, DPDK's libraries are in their place" removed
