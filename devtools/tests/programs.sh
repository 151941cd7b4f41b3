#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Programs of other releases of Debian, unmodified, with our two libraries. These must be
# built of the DPDK that the release has: 24.11 in MDEV_DPDK for Debian 13. What cannot
# be tried is skipped.
#
# seconds: 60

. "$(dirname "$0")/common"

abi=
[ -z "${MDEV_DPDK-}" ] || abi=$(cut -d. -f1 "$MDEV_DPDK/ABI_VERSION")

# try ABI RELEASE PROGRAM SUITE PACKAGE... [-- PACKAGE...]: the packages as root.sh wants
try()
{
	local program=$3 root

	if [ "$abi" != "$1" ]; then
		skip "$program of Debian $4 with our libraries" "MDEV_DPDK is not $2"
	elif ! root=$("$top/devtools/vm/root.sh" "$4" "$program" "${@:5}"); then
		skip "$program of Debian $4 with our libraries" "its packages cannot be had"
	else
		"$top/devtools/vm.sh" "$top/devtools/vm/programs.sh" "$program" "$root" \
			"$built/drivers"
	fi
}

drivers=(librte-mempool-ring25 librte-net-virtio25)
try 25 24.11 suricata trixie suricata "${drivers[@]}"
# the programs for tests are in a package that wants all that a developer needs
mapfile -t needed < <([ "$abi" != 25 ] || "$top/devtools/lib/apt.sh" --suite trixie --cache \
	show dpdk-dev | sed -n 's/^Depends: //p' | tr , '\n' |
	sed -E 's/^ *([^ ]*).*/\1/; /^(libdpdk-dev|python3|ibverbs-providers)$/d' | sort -u)
try 25 24.11 testpmd trixie "${needed[@]}" "${drivers[@]}" -- dpdk-dev
