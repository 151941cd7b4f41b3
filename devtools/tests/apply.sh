#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Applying the bus to a DPDK tree: twice without harm, and all or nothing.
#
# seconds: 15

. "$(dirname "$0")/common"
. "$top/devtools/lib/temporary"

dpdk=$("$top/devtools/lib/get-dpdk.sh")
work=$(temporary apply) || exit
trap 'rm -rf "$work"' EXIT
tree=$work/dpdk

fresh_tree()
{
	rm -rf "$tree"
	cp -r "$dpdk" "$tree"
}

# Names, contents and modification times
state()
{
	(cd "$tree" && find . -type f -printf '%p %T@\n' -exec sha1sum {} + | sort)
}

twice()
{
	local before

	fresh_tree
	"$top/devtools/apply.sh" "$tree" || return
	[ -f "$tree/drivers/bus/mdev/meson.build" ] || return
	before=$(state)
	"$top/devtools/apply.sh" "$tree" && [ "$(state)" = "$before" ]
}

# What serves every device has no word of ours.
unaware()
{
	fresh_tree
	"$top/devtools/apply.sh" "$tree" || return
	! grep -in mdev "$tree"/drivers/bus/pci/{private.h,pci_*.c} \
		"$tree"/drivers/bus/pci/linux/{pci_init.h,pci.c,pci_vfio.c} \
		"$tree"/lib/ethdev/rte_ethdev.c || return
	# some words have these letters
	! grep -rin mdev "$tree/lib/eal" |
		grep -v 'The DPDK mdev bus authors\|memdevice\|EnumDevice'
}

# What is in this repository and not in DPDK, DPDK's guides do not cite.
guides_alone()
{
	! grep -rnE --include=*.rst --include=*.txt \
		'https?://|devtools/|repository of|mdev_(vnet|pci|queues|shapes)' "$top/doc/guides"
}

# Nothing is changed, and the message says what does not fit in which file.
refuses()
{
	local before output message=$1

	before=$(state)
	if output=$("$top/devtools/apply.sh" "$tree" 2>&1); then
		echo "it was applied"
		return 1
	fi
	printf '%s\n' "$output"
	[ "$(state)" = "$before" ] && grep -q "$message" <<<"$output"
}

other_code()
{
	fresh_tree
	sed -i 's/VFIO_DEVICE_RESET/OTHER/' "$tree/drivers/bus/pci/linux/pci_vfio.c"
	refuses 'reset.cocci: drivers/bus/pci/linux/pci_vfio.c: '
}

# The rule takes something away, but not here.
left_over()
{
	fresh_tree
	echo '/* strlen(devargs) >= */' >>"$tree/lib/eal/common/eal_common_dev.c"
	refuses 'hotplug-size.cocci: lib/eal/common/eal_common_dev.c: '
}

other_list()
{
	fresh_tree
	sed -i 's/^drivers = /buses = /' "$tree/drivers/bus/meson.build"
	refuses 'insertions: drivers/bus/meson.build: '
}

applied_in_part()
{
	fresh_tree
	"$top/devtools/apply.sh" "$tree" || return
	sed -i '0,/pci_vfio_open_device(dev, /s//rte_vfio_setup_device(/' \
		"$tree/drivers/bus/pci/linux/pci_vfio.c"
	refuses 'applied in part'
}

file_in_the_way()
{
	fresh_tree
	mkdir "$tree/drivers/bus/mdev"
	echo 'sources = []' >"$tree/drivers/bus/mdev/meson.build"
	refuses 'drivers/bus/mdev/meson.build: DPDK has a file of this name'
}

no_dpdk()
{
	rm -rf "$tree"
	mkdir "$tree"
	refuses 'not a DPDK tree'
}

test_that "applied twice, the second time changes nothing" twice
test_that "EAL, the PCI bus and ethdev have no word of mediated devices" unaware
test_that "DPDK's guides cite nothing outside DPDK" guides_alone
test_that "code that a rule does not match: nothing is changed" other_code
test_that "code that a rule leaves behind: nothing is changed" left_over
test_that "a list that is not there: nothing is changed" other_list
test_that "a rule applied in part: nothing is changed" applied_in_part
test_that "a foreign file in the way: nothing is changed" file_in_the_way
test_that "a directory that is no DPDK: nothing is changed" no_dpdk
