// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Release all of a device that can be released, whether or not it has an interrupt,
// and whatever fails: nobody can try again, as the caller forgets the device. And keep
// no number of a file that is closed: to unmap a device twice would close a file of
// another.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (rte_intr_fd_get(dev->intr_handle) >= 0 && close(
// expect: 2-4 rte_intr_dev_fd_set(dev->intr_handle, -1);

@disable_notifier@
identifier dev;
expression failed;
statement S;
@@
 pci_vfio_disable_notifier(struct rte_pci_device *dev)
 {
 <+...
-if (failed) {
+if (failed)
 S
-return -1;
-}
 ...+>
 }

@notifier@
identifier dev, ret;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 <+...
-ret = pci_vfio_disable_notifier(dev);
-if (ret) { ... }
+pci_vfio_disable_notifier(dev);
 ...+>
 }

@interrupt@
identifier dev;
statement S;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 ...
-if (rte_intr_fd_get(dev->intr_handle) < 0)
-	return -1;
-if (close(rte_intr_fd_get(dev->intr_handle)) < 0) {
+if (rte_intr_fd_get(dev->intr_handle) >= 0 && close(rte_intr_fd_get(dev->intr_handle)) < 0)
 S
-return -1;
-}
+rte_intr_fd_set(dev->intr_handle, -1);
 ...
 }

@bus_master@
identifier dev, fd, set =~ "_set_bus_master$";
expression list arguments;
statement S;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 ...
 fd = rte_intr_dev_fd_get(dev->intr_handle);
-if (fd < 0)
-	return -1;
-if (set(arguments)) {
+if (set(arguments))
 S
-return -1;
-}
 ...
 }

@release@
identifier func =~ "^pci_vfio_unmap_resource_(primary|secondary)$";
identifier dev, ret, release =~ "^(rte|dev)_vfio_release_device$";
statement S;
@@
 func(struct rte_pci_device *dev)
 {
 ...
 ret = release(...);
-if (ret < 0) {
+if (ret < 0)
 S
-return ret;
-}
+rte_intr_dev_fd_set(dev->intr_handle, -1);
 ...
 }
