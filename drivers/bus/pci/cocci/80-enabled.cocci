// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A mediated device needs VFIO, but not the kernel module vfio_pci.
//
// file: drivers/bus/pci/linux/pci.c
// expect: 4 pci_vfio_is_enabled_for(

@enabled_for_device@
identifier func, dev;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <+...
-pci_vfio_is_enabled()
+pci_vfio_is_enabled_for(dev)
 ...+>
 }

@enabled_for_ioport@
identifier func, p;
@@
 func(struct rte_pci_ioport *p, ...)
 {
 <+...
-pci_vfio_is_enabled()
+pci_vfio_is_enabled_for(p->dev)
 ...+>
 }
