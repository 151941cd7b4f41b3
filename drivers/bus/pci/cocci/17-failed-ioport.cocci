// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process that opened a device to access its I/O ports, and failed to learn
// where they are, left it open: close it, and keep no number of its file.
//
// only-if: save vfio_dev_fd so it can be used during release
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (pci_vfio_fill_regions(dev, vfio_dev_fd, &device_info) != 0) {

@close@
identifier release =~ "^(rte|dev)_vfio_release_device$";
@@
 release(...)

@failed_ioport@
identifier close.release, func, dev, bar, p, fd;
symbol pci_addr, device_info;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 <+...
 if (func(..., fd, &device_info) != 0)
-	return -1;
+{
+	rte_intr_dev_fd_set(dev->intr_handle, -1);
+	release(rte_pci_get_sysfs_path(), pci_addr, fd);
+	return -1;
+}
 ...+>
 }
