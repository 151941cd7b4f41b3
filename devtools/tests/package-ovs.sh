#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's Open vSwitch uses mediated NICs with our package.
#
# seconds: 100

. "$(dirname "$0")/common"
. "$(dirname "$0")/deb"

ovs=$top/.cache/ovs

# Nothing is installed, nor started here; to unpack it in the virtual machine takes long.
fetch_ovs()
{
	local package

	rm -rf "$ovs"
	mkdir -p "$ovs"
	"$top/devtools/lib/apt.sh" -qqy --no-install-recommends --download-only \
		-o Debug::NoLocking=1 -o "Dir::Cache::Archives=$ovs" \
		install openvswitch-switch-dpdk || return
	for package in "$ovs"/*.deb; do
		dpkg-deb -x "$package" "$ovs/root" || return
	done
}

test_that "Open vSwitch is fetched" fetch_ovs
"$top/devtools/install-deps.sh" librte-{mempool-ring,net-virtio}"$abi" || exit
exec "$top/devtools/vm.sh" "${copies[@]}" -t 1800 -m tun "$vm/package.sh" "$deb" \
	"$vm/package-ovs.sh" "$ovs/root"
