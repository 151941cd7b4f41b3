// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, the offset of a region was taken from its index, as vfio-pci
// does it. Ask the kernel instead.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 13 pci_vfio_region_offset(

@file_offset@
identifier io =~ "^p(read|write)$";
expression fd, index;
@@
 io(fd, ..., <+...
-VFIO_GET_REGION_ADDR(index)
+pci_vfio_region_offset(fd, index)
 ...+>)

@ioport_offset@
identifier dev, bar, p;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 <+...
-VFIO_GET_REGION_ADDR(bar)
+pci_vfio_region_offset(rte_intr_dev_fd_get(dev->intr_handle), bar)
 ...+>
 }
