#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# Programs of other releases of Debian, unmodified, with our libraries. These must be
# built of the DPDK that the release has: in MDEV_DPDK 24.11 for Debian 13, and 25.11 for
# sid. What cannot be tried is skipped.
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
		"$top/devtools/vm.sh" -m tun "$top/devtools/vm/programs.sh" "$program" "$root" \
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

# grout has a table of all ports in itself, which must be as long as Debian's
if [ "$abi" = 26 ]; then
	built=$top/.cache/build-grout
	mkdir -p "$built"
	"$top/devtools/build.sh" -C "$built" -t librte_bus_mdev.so.26.0 \
		-t librte_bus_pci.so.26.0 -t librte_ethdev.so.26.0 -Dmax_ethports=32 || exit
fi
drivers=(librte-mempool-ring26 librte-net-virtio26)
# it is linked with one bus more
try 26 25.11 grout sid grout librte-bus-fslmc26 "${drivers[@]}"
