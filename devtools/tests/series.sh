#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The series of patches: git am makes of a clean tree what devtools/apply.sh
# makes of it, DPDK's checks find nothing, and nothing can be left out.
#
# seconds: 90

. "$(dirname "$0")/common"
. "$top/devtools/lib/temporary"

dpdk=$("$top/devtools/lib/get-dpdk.sh")
work=$(temporary series-test) || exit
trap 'rm -rf "$work"' EXIT
. "$(dirname "$0")/patches"
copy=$work/copy

# the dictionary of codespell is no matter of this test, and takes half a minute
export DPDK_CHECKPATCH_CODESPELL=off

from_directory()
{
	"$top/devtools/export-series.sh" "$dpdk" "$work/series2" || return
	diff -r -I '^From ' -I '^Date: ' "$series" "$work/series2"
}

# Those alone apply, too, and have no word of mediated devices in what they add.
fixes_alone()
{
	local fixes=$work/fixes

	"$top/devtools/export-series.sh" --fixes "$work/applied" "$fixes" || return
	[ -n "$(ls "$fixes")" ] && [ "$(ls "$fixes")" != "$(ls "$series")" ] || return
	for patch in "$fixes"/*; do
		diff -I '^From ' -I '^Date: ' -I '^Subject: ' "$patch" "$series/${patch##*/}" || return
	done
	! grep -i '^+.*mdev' "$fixes"/* | grep -v 'The DPDK mdev bus authors'
}

# The checks must see the patches: a tab where DPDK's meson files have none.
checks_find()
{
	printf 'sources += files(\n\tfoo)\n' >>"$work/git/drivers/bus/mdev/meson.build"
	git -C "$work/git" commit -qam 'bus/mdev: break it' || return
	! "$top/devtools/check-series.sh" "$work/git" 1 >"$work/findings" || return
	cat "$work/findings"
	grep -q 'drivers/bus/mdev/meson.build' "$work/findings" &&
		grep -q 'Signed-off-by' "$work/findings"
}

# Export from a copy of the repository, to which one thing was done.
refuses()
{
	local output

	if output=$("$copy/devtools/export-series.sh" "$work/applied" "$work/none" 2>&1); then
		echo "it was exported"
		return 1
	fi
	printf '%s\n' "$output"
	[ -z "$(ls "$work/none")" ] && grep -q "$1" <<<"$output"
}

fresh_copy()
{
	rm -rf "$copy"
	mkdir "$copy"
	cp -rL "$top"/{app,compat,devtools,doc,drivers,lib} "$copy"
}

in_no_patch()
{
	fresh_copy
	touch "$copy/drivers/bus/pci/linux/pci_stray.h"
	refuses 'pci_stray.h: in no patch'
}

in_two_patches()
{
	fresh_copy
	echo 'lib/eal/linux/include/eal_sysfs.h' >>"$copy/devtools/series/02-bus"
	refuses 'eal_sysfs.h: in devtools/series/01-sysfs and devtools/series/02-bus'
}

in_no_layer()
{
	fresh_copy
	echo 'lib/eal/linux/include/eal_gone.h' >>"$copy/devtools/series/02-bus"
	refuses '02-bus: lib/eal/linux/include/eal_gone.h: there is nothing'
}

# A condition that nothing meets hides what it belongs to.
wrong_condition()
{
	fresh_copy
	sed -i 's/^\/\/ only-if: .*rte_vfio.h>/&x/' "$copy/lib/eal/linux/cocci/50-vfio-threads.cocci"
	refuses 'does not say which releases have "#include <rte_vfio.h>x"' || return
	sed -i 's/\(eal_vfio.c: .*rte_vfio.h>\)$/\1x/' "$copy/devtools/conditions"
	refuses 'unlike devtools/conditions says'
}

make_repository
test_that "the series is exported, the tree is not changed" exports
test_that "a plain directory gives the same series" from_directory
test_that "the fixes alone are its first patches" fixes_alone
test_that "git am applies it" applies
test_that "the result is the tree that apply.sh makes" equal
test_that "DPDK's checks find nothing" checked
test_that "DPDK's checks find what is wrong" checks_find
test_that "a file in no patch: nothing is exported" in_no_patch
test_that "a file in two patches: nothing is exported" in_two_patches
test_that "a condition that does not hold: nothing is exported" wrong_condition
test_that "a patch with a file that is not there: nothing is exported" in_no_layer
