// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, the offset of a region was taken from its index, as vfio-pci
// does it. Ask the kernel instead. And what drivers access beyond the end of the
// configuration space may be another region of a mediated device.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 2 pci_vfio_config_offset(vfio_dev_fd, offs, len)
// expect: 11 pci_vfio_region_offset(

@config_offset@
identifier func =~ "^pci_vfio_(read|write)_config$";
identifier io =~ "^p(read|write)$";
identifier fd, len, offs;
@@
 func(..., size_t len, off_t offs)
 {
 <+...
 io(fd, ...,
-VFIO_GET_REGION_ADDR(VFIO_PCI_CONFIG_REGION_INDEX) + offs
+pci_vfio_config_offset(fd, offs, len)
 )
 ...+>
 }

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
