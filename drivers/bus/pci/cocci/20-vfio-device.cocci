// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// VFIO does not know every device by a PCI address, and who created a device may have
// opened it: open and close it as its own data say.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 2 ret = pci_vfio_open_device(dev,
// expect: 4-6 pci_vfio_close_device(dev, vfio_dev_fd)

@open@
identifier func, dev, name;
identifier open =~ "^(rte|dev)_vfio_(setup_device|get_device_info)$";
expression list results;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <...
-open(rte_pci_get_sysfs_path(), name, results)
+pci_vfio_open_device(dev, results)
 ...>
 }

@close@
identifier func, dev, name, close =~ "^(rte|dev)_vfio_release_device$";
expression fd;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <...
-close(rte_pci_get_sysfs_path(), name, fd)
+pci_vfio_close_device(dev, fd)
 ...>
 }
