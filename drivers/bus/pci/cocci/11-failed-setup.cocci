// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A device that fails before or after it was set up keeps no file: drivers unmap it
// all the same, and that would close a file of another, or standard input.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 2 if (rte_intr_dev_fd_set(dev->intr_handle, -1))
// expect: 2 pci_vfio_undo_setup(dev);

@no_file@
identifier func =~ "^pci_vfio_map_resource_(primary|secondary)$";
identifier dev;
@@
 func(struct rte_pci_device *dev)
 {
 <+...
 if (rte_intr_fd_set(dev->intr_handle, -1))
	return -1;
+if (rte_intr_dev_fd_set(dev->intr_handle, -1))
+	return -1;
 ...+>
 }

@failed_setup@
identifier func =~ "^pci_vfio_map_resource_(primary|secondary)$";
identifier dev, release =~ "^(rte|dev)_vfio_release_device$";
@@
 func(struct rte_pci_device *dev)
 {
 <+...
+pci_vfio_undo_setup(dev);
 release(...);
 return -1;
 ...+>
 }
