#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# The distribution's programs use mediated NICs, and a crypto device, with our package.
#
# seconds: 70

. "$(dirname "$0")/common"
. "$(dirname "$0")/nics"
. "$(dirname "$0")/deb"

"$top/devtools/install-deps.sh" dpdk-dev udev librte-{event-sw,mempool-ring,net-virtio}"$abi" \
	librte-crypto-virtio"$abi" librte-net-{e1000,vmxnet3}-"$abi" openssl pciutils xxd || exit
all_nics
# and what is no NIC
qemu+=" -object cryptodev-backend-builtin,id=crypto"
qemu+=" -device virtio-crypto-pci,cryptodev=crypto"
exec "$top/devtools/vm.sh" "${copies[@]}" -t 1800 -m "mdev_pci allow_unsafe=1" -m macvlan \
	-q "$qemu" "$vm/package.sh" "$deb" "$vm/package-nics.sh"
