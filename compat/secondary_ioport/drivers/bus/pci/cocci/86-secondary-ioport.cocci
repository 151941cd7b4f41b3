// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// From 23.07 on, until that was mended, a secondary process accessed the I/O ports of
// those devices only which it had mapped: it knew neither file nor regions of others.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (rte_eal_process_type() == RTE_PROC_SECONDARY && !pci_vfio_is_open(dev))
// expect: 1 if (rte_intr_dev_fd_set(dev->intr_handle, fd) != 0)

@open_ioport@
identifier dev, bar, p;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 ...
+if (rte_eal_process_type() == RTE_PROC_SECONDARY && !pci_vfio_is_open(dev)) {
+	struct vfio_device_info info;
+	int fd;
+
+	info.argsz = sizeof(info);
+	if (pci_vfio_open_device(dev, &fd, &info) != 0)
+		return -1;
+	if (rte_intr_dev_fd_set(dev->intr_handle, fd) != 0)
+		return -1;
+	if (pci_vfio_fill_regions(dev, fd, &info) != 0)
+		return -1;
+}
 if (bar < VFIO_PCI_BAR0_REGION_INDEX || ...)
 { ... }
 ... when any
 }
