#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's programs use mediated NICs with our package, which is
# installed nowhere but in the virtual machine.

. "$(dirname "$0")/common"
. "$(dirname "$0")/nics"

vm=$top/devtools/vm

"$top/devtools/install-deps.sh" dpdk-dev librte-mempool-ring23 librte-net-e1000-23 \
	librte-net-pcap23 librte-net-virtio23 librte-net-vmxnet3-23 lintian tcpdump \
	udev || exit
deb=$("$top/devtools/package.sh") || exit

nics root e1000
nics express e1000e
nics express vmxnet3
nics root virtio-net-pci,disable-modern=on
nics express virtio-net-pci,disable-legacy=on

"$top/devtools/vm.sh" -t 1200 -m "mdev_pci allow_unsafe=1" -q "$qemu" \
	"$vm/package.sh" "$deb" -- "$vm/package-nics.sh" || exit
