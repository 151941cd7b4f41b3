#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Add what devtools/apply.sh does to DPDK to the quilt series of Debian's source
# package, for who maintains that. It is unpacked, with its patches applied;
# "quilt push -a" applies ours. The new library needs a paragraph in debian/control,
# as each library has one.
#
#   devtools/export-quilt.sh DIRECTORY-OF-SOURCE-PACKAGE

. "$(dirname "$0")/common.sh"

takes 1 1 "$@"
patches=$1/debian/patches
[ -f "$patches/series" ] || die "$patches: no quilt series"
[ ! -e "$patches/mdev" ] || die "$patches/mdev: is there already"

"$top/devtools/export-series.sh" "$1" "$patches/mdev" >/dev/null
(cd "$patches" && printf '%s\n' mdev/*.patch) >>"$patches/series"
