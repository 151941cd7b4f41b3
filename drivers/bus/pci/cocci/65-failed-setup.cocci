// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Close the interrupt of a device that fails after it was set up.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 pci_vfio_close_interrupt(dev);

@failed_setup@
identifier dev, name, fd, release =~ "^rte_vfio_release_device$";
expression sysfs;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 <+...
+pci_vfio_close_interrupt(dev);
 release(sysfs, name, fd);
 return -1;
 ...+>
 }
