#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# An unmodified testpmd and its drivers, with our two libraries: the distribution's, or
# one built of the tree in MDEV_DPDK.
#
# seconds: 10

. "$(dirname "$0")/common"

# The options of our build but the bus, and no program but testpmd
options()
{
	grep -v '^examples=' "$top/config/small" |
		sed -n 's/bus\/mdev,//; s/^enable_apps=.*/enable_apps=test-pmd/; s/^[a-z]/-D&/p'
}

build_unmodified()
{
	local options

	mapfile -t options < <(options)
	if [ ! "$unmodified/build.ninja" -nt "$top/config/small" ]; then
		rm -rf "$unmodified"
		meson setup --native-file "$top/config/native.ini" -Ddefault_library=shared \
			-Dbuildtype=release -Dtests=false "${options[@]}" \
			"$unmodified" "$MDEV_DPDK" || return
	fi
	ninja -C "$unmodified"
}

if [ -n "${MDEV_DPDK-}" ]; then
	unmodified=$top/.cache/unmodified-${built##*/build-}
	test_that "DPDK is built without the mdev bus" build_unmodified
	drivers=$unmodified/drivers
	testpmd=("$unmodified/app/dpdk-testpmd" -d "$drivers")
else
	abi=$(cut -d. -f1 "$("$top/devtools/lib/get-dpdk.sh")/ABI_VERSION")
	"$top/devtools/install-deps.sh" dpdk-dev librte-{mempool-ring,net-virtio}"$abi" || exit
	drivers=$(echo /usr/lib/*/dpdk/pmds-*)
	testpmd=(dpdk-testpmd)
fi

exec "$top/devtools/vm.sh" "$top/devtools/vm/stock.sh" "$built/drivers" "$drivers" \
	"$top/devtools/vm/stock-tests.sh" "$(echo "$built"/drivers/librte_bus_mdev.so.*.*[0-9])" \
	"${testpmd[@]}"
