#!/bin/bash
# SPDX-License-Identifier: BSD-3-Clause
# Copyright(c) 2026 The DPDK mdev bus authors
#
# To be run in the virtual machine, without any modules: install modules where DKMS
# does, and load what a mediated NIC needs before a command runs.
#
#   devtools/vm/modprobe.sh FOLDER-OF-MODULES COMMAND...

set -eu

. "$(dirname "$0")/../lib/usage"

no_option "$@"
updates=/lib/modules/$(uname -r)/updates/dkms
mkdir -p "$updates"
cp "$1"/*.ko* "$updates"
depmod
modinfo -n mdev_vnet | grep "^$updates/"
modprobe -a mdev vfio_iommu_type1 mdev_vnet
shift
exec "$@"
