// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Release a device whether or not it has an interrupt.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 !pci_dev_is_mdev(dev)
// expect: 1 pci_vfio_has_interrupt(dev) &&

@release_without_interrupt@
identifier dev;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 ...
-if (rte_intr_fd_get(dev->intr_handle) < 0)
+if (rte_intr_fd_get(dev->intr_handle) < 0 && !pci_dev_is_mdev(dev))
	return -1;
-if (close(rte_intr_fd_get(dev->intr_handle)) < 0)
+if (pci_vfio_has_interrupt(dev) && close(rte_intr_fd_get(dev->intr_handle)) < 0)
 { ... }
 ...
 }
