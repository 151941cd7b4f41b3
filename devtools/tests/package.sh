#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's programs use mediated NICs with our package, which is
# installed nowhere but in the virtual machine.

. "$(dirname "$0")/common"
. "$(dirname "$0")/libraries"
. "$(dirname "$0")/nics"

vm=$top/devtools/vm
ovs=$top/.cache/ovs
reference=$top/.cache/package/reference

deb=$("$top/devtools/package.sh") || exit
# the folder is named by the version of DPDK
version=$(basename "$(dirname "$deb")")
source=$("$top/devtools/get-dpdk.sh" "$version")
abi_version=$(cat "$source/ABI_VERSION")
abi=${abi_version%.*}
"$top/devtools/install-deps.sh" abigail-tools dpdk-dev lintian udev \
	librte-{event-sw,mempool-ring,net-virtio}"$abi" librte-net-{e1000,vmxnet3}-"$abi" ||
	exit
libraries=("drivers/librte_bus_pci.so.$abi_version" "lib/librte_ethdev.so.$abi_version")
installed=/usr/lib/$(dpkg-architecture -q DEB_HOST_MULTIARCH)
work=$(mktemp -d "$top/.cache/package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

all_nics

checked()
{
	lintian --display-info --pedantic --fail-on error,warning,info,pedantic "$deb"
}

# What Debian's source package builds without us, by the same rules and options
build_reference()
{
	rm -rf "$reference"
	mkdir -p "$reference" && cp -r "$source/." "$reference" &&
		build_libraries "$reference" bus/pci "${libraries[@]}"
}

# The code is that of the installed library, to the byte.
same_code()
{
	local library

	build_reference || return
	for library in "${libraries[@]}"; do
		objcopy -O binary --only-section=.text "$reference"/obj-*/"$library" \
			"$work/reference" &&
			objcopy -O binary --only-section=.text \
				"$installed/$(basename "$library")" "$work/installed" &&
			cmp "$work/reference" "$work/installed" || return
	done
}

same_abi()
{
	local library

	for library in "${libraries[@]}"; do
		abidiff --no-added-syms "$reference"/obj-*/"$library" \
			"$(dirname "$deb")"/source/dpdk/obj-*/"$library" || return
	done
}

# versions LIBRARY: its symbols with their versions
versions()
{
	nm -D --defined-only --with-symbol-versions "$1" | awk '{ print $3 }' | sort
}

same_versions()
{
	local library

	dpkg-deb -x "$deb" "$work/package" || return
	for library in "${libraries[@]}"; do
		library=$(basename "$library")
		comm -23 <(versions "$installed/$library") \
			<(versions "$(find "$work/package" -name "$library")") \
			>"$work/missing"
		cat "$work/missing"
		[ ! -s "$work/missing" ] && [ -n "$(versions "$installed/$library")" ] || return
	done
}

# All that the libraries need is in those that are installed.
complete()
{
	local file missing

	for file in "$work"/package/usr/lib/*/librte_ethdev.so.*.* \
			"$work"/package/usr/lib/*/dpdk/pmds-*/*.so.*.*; do
		[ -e "$file" ] || return
		missing=$(LD_LIBRARY_PATH=$(dirname "$file") ldd -r "$file" |
			grep -E 'undefined|not found')
		printf '%s\n' "$missing"
		[ -z "$missing" ] || return
	done
}

# Nothing is installed, nor started here.
fetch_ovs()
{
	mkdir -p "$ovs"
	rm -f "$ovs"/*.deb
	"$top/devtools/apt.sh" -qqy --no-install-recommends --download-only \
		-o "Dir::Cache::Archives=$ovs" install openvswitch-switch-dpdk
}

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
	mkdir -p "$1" && cd "$1" && "$top/devtools/apt.sh" -qq download "${versions[@]}"
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

	older=$("$top/devtools/apt.sh" --cache madison "librte-eal$abi" |
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
	if ! "$top/devtools/get-dpdk.sh" "$older" >/dev/null; then
		older_source=no
		stand_in "$deb" "$older" "$work/old"
		return
	fi
	name=$("$top/devtools/package.sh" "$older") && cp "$name" "$work/old"
}

test_that "Open vSwitch is fetched" fetch_ovs
test_that "lintian has nothing to say" checked
test_that "the flags are Debian's: built without us, the code is that installed" same_code
test_that "abidiff finds nothing but additions" same_abi
test_that "symbols have the same versions" same_versions
test_that "all that is needed is in Debian's libraries" complete
"$top/devtools/vm.sh" -t 1800 -n "$vm/package-life.sh" "$deb" || exit
"$top/devtools/vm.sh" -t 1800 -m "mdev_pci allow_unsafe=1" -m macvlan -q "$qemu" \
	"$vm/package.sh" "$deb" "$vm/package-nics.sh" || exit
"$top/devtools/vm.sh" -t 1800 -m tun "$vm/package.sh" "$deb" "$vm/package-ovs.sh" \
	"$ovs"/*.deb || exit

older_packages=yes
older_source=yes
test_that "packages of two versions are there" prepare_update
test_that "packages with other names of libraries are there" prepare_renaming
[ $older_packages = yes ] ||
	skip "DPDK is updated from an older version" "it cannot be had, the same under another name was used"
[ $older_source = yes ] ||
	skip "our package is built for an older version" "its source cannot be had, the same under another name was used"
"$top/devtools/vm.sh" -t 1800 -n "$vm/package-update.sh" "$work/old" "$work/new" "$work/renamed" || exit
