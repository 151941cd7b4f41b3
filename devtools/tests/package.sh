#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Our package for the distribution's DPDK: what is in it, and what it does to a
# system. It is installed nowhere but in a sandbox.
#
# seconds: 30

. "$(dirname "$0")/common"
. "$(dirname "$0")/deb"
. "$(dirname "$0")/libraries"

reference=$top/.cache/package/reference

"$top/devtools/install-deps.sh" abigail-tools lintian || exit
libraries=("drivers/librte_bus_pci.so.$abi_version" "lib/librte_ethdev.so.$abi_version")
work=$(mktemp -d "$top/.cache/package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

checked()
{
	lintian --display-info --pedantic --fail-on error,warning,info,pedantic "$deb"
}

# What Debian's source package builds without us, by the same rules and options; the
# other libraries are those that are installed
build_reference()
{
	rm -rf "$reference"
	mkdir -p "$reference" && cp -r "$source/." "$reference" &&
		link_libraries "$reference" bus/pci "${libraries[@]}"
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

test_that "lintian has nothing to say" checked
test_that "the flags are Debian's: built without us, the code is that installed" same_code
test_that "abidiff finds nothing but additions" same_abi
test_that "symbols have the same versions" same_versions
test_that "all that is needed is in Debian's libraries" complete
"$top/devtools/lib/sandbox.sh" "$vm/package-life.sh" "$deb"
