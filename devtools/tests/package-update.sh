#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Debian updates DPDK while our package is installed.
#
# seconds: 10

. "$(dirname "$0")/common"
. "$(dirname "$0")/deb"

work=$(mktemp -d "$top/.cache/package-update.XXXXXX")
trap 'rm -rf "$work"' EXIT

# rename_libraries FOLDER ABI_VERSION
rename_libraries()
{
	local path

	sed -i "s/\b${abi_version/./\\.}\b/$2/g" "$1/DEBIAN"/*
	find "$1" -type l -lname "*$abi_version*" | while read -r path; do
		ln -sfn "$(readlink "$path" | sed "s/$abi_version/$2/g")" "$path"
	done
	find "$1" -depth -name "*$abi_version*" | while read -r path; do
		mv "$path" "${path%"$abi_version"*}$2${path##*"$abi_version"}"
	done
}

# stand_in PACKAGE.deb VERSION FOLDER [ABI_VERSION]: what is in it, under the name
# of another version of DPDK
stand_in()
{
	rm -rf "$work/stand-in"
	dpkg-deb --raw-extract "$1" "$work/stand-in" &&
		sed -i "s/$version/$2/g" "$work/stand-in/DEBIAN"/* || return
	[ $# = 3 ] || rename_libraries "$work/stand-in" "$4" || return
	dpkg-deb -Znone --build "$work/stand-in" "$3"
}

# fetch FOLDER VERSION: the distribution's packages that ours depends on
fetch()
(
	local name versions=()

	for name in bus-pci eal ethdev; do
		versions+=("librte-$name$abi=$2")
	done
	mkdir -p "$1" && cd "$1" && "$top/devtools/lib/apt.sh" -qq download "${versions[@]}"
)

older_than()
{
	local version

	while read -r version; do
		! dpkg --compare-versions "$version" lt "$1" || echo "$version"
	done
}

# As if Debian had changed the minor number of the ABI
prepare_renaming()
{
	local deb

	mkdir "$work/renamed"
	for deb in "$work"/new/*.deb; do
		stand_in "$deb" "$version.1" "$work/renamed" \
			"$abi.$((${abi_version#*.} + 1))" || return
	done
}

# Two versions of DPDK's packages and ours: the older ones are those that Debian
# has had before, as far as they can be had.
prepare_update()
{
	local name older

	older=$("$top/devtools/lib/apt.sh" --cache madison "librte-eal$abi" |
		awk '{ print $3 }' | older_than "$version" | head -n 1)
	fetch "$work/new" "$version" || return
	# Debian has the update, but not our package for it
	(cd "$work/new" && dpkg-scanpackages . >Packages) && cp "$deb" "$work/new" || return
	if [ -z "$older" ] || ! fetch "$work/old" "$older"; then
		older=$version~before
		rm -rf "$work/old"
		mkdir -p "$work/old"
		for name in "$work"/new/librte-{bus-pci,eal,ethdev}*.deb; do
			stand_in "$name" "$older" "$work/old" || return
		done
		older_packages=no
	fi
	if ! "$top/devtools/lib/get-dpdk.sh" "$older" >/dev/null; then
		older_source=no
		stand_in "$deb" "$older" "$work/old"
		return
	fi
	name=$("$top/devtools/package.sh" "$older") && cp "$name" "$work/old"
}

older_packages=yes
older_source=yes
test_that "packages of two versions are there" prepare_update
test_that "packages with other names of libraries are there" prepare_renaming
[ $older_packages = yes ] ||
	skip "DPDK is updated from an older version" "it cannot be had, the same under another name was used"
[ $older_source = yes ] ||
	skip "our package is built for an older version" "its source cannot be had, the same under another name was used"
"$top/devtools/lib/sandbox.sh" "$vm/package-update.sh" "$work/old" "$work/new" "$work/renamed"
