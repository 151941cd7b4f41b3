// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where a device cannot notify of its removal, there is nothing to enable, and
// nothing to disable.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if ((pci_vfio_of(dev)->irqs & RTE_BIT32(VFIO_PCI_REQ_IRQ_INDEX)) == 0)
// expect: 1 if (rte_intr_fd_get(dev->vfio_req_intr_handle) < 0)

@enable_notifier@
identifier dev, ret, fd;
@@
 pci_vfio_enable_notifier(struct rte_pci_device *dev, ...)
 {
 int ret;
 int fd = -1;
+
+if ((pci_vfio_of(dev)->irqs & RTE_BIT32(VFIO_PCI_REQ_IRQ_INDEX)) == 0)
+	return 0;
 ...
 }

@disable_notifier@
identifier dev, ret;
@@
 pci_vfio_disable_notifier(struct rte_pci_device *dev)
 {
 int ret;
+
+if (rte_intr_fd_get(dev->vfio_req_intr_handle) < 0)
+	return 0;
 ...
 }
