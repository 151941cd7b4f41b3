#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's programs use mediated NICs with our package, which is
# installed nowhere but in the virtual machine.

. "$(dirname "$0")/common"
. "$(dirname "$0")/nics"

vm=$top/devtools/vm
ovs=$top/.cache/ovs

"$top/devtools/install-deps.sh" abigail-tools dpdk-dev librte-mempool-ring23 \
	librte-net-e1000-23 librte-net-virtio23 librte-net-vmxnet3-23 lintian udev ||
	exit
deb=$("$top/devtools/package.sh") || exit
work=$(mktemp -d "$top/.cache/package-test.XXXXXX")
trap 'rm -rf "$work"' EXIT

nics root e1000
nics express e1000e
nics express vmxnet3
nics root virtio-net-pci,disable-modern=on
nics express virtio-net-pci,disable-legacy=on

checked()
{
	lintian --display-info --pedantic --fail-on error,warning,info,pedantic "$deb"
}

# The same without us: the distribution's source, its rules and options, and the
# package that they make.
rebuild()
{
	local abi version

	version=$(apt-cache policy dpkg)
	:
}

# run MACHINE-OPTIONS SCRIPT ARGUMENT...
run()
{
	# shellcheck disable=SC2086 # options
	"$top/devtools/vm.sh" -t 1200 $1 "$vm/$2" "${@:3}" ||
		echo "not ok - $2, exit code $?"
}

# Nothing is installed, nor started here.
fetch_ovs()
{
	mkdir -p "$ovs"
	rm -f "$ovs"/*.deb
	"$top/devtools/apt.sh" -qqy --no-install-recommends --download-only \
		-o "Dir::Cache::Archives=$ovs" install openvswitch-switch-dpdk
}
