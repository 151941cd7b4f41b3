// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that VFIO serves has its kernel driver loaded, be it vfio-pci or another
// one: ask for VFIO alone.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1-2 rte_vfio_is_enabled("vfio")

@enabled@
@@
 pci_vfio_is_enabled(void)
 {
 <+...
-rte_vfio_is_enabled("vfio_pci")
+rte_vfio_is_enabled("vfio")
 ...+>
 }
