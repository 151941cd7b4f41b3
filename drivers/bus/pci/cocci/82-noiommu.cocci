// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where VFIO's mode without an IOMMU is switched on, a PCI function must be given
// physical addresses, but for one that has an IOMMU all the same.
//
// file: drivers/bus/pci/linux/pci.c
// expect: 1 if (is_vfio_noiommu_enabled != 0 && !pci_vfio_of(pdev)->has_iommu)

@noiommu@
identifier dev, drv;
identifier enabled =~ "noiommu";
statement S1, S2;
@@
 pci_device_iova_mode(const struct rte_pci_driver *drv, const struct rte_pci_device *dev)
 {
 <+...
-if (enabled != 0)
+if (enabled != 0 && !pci_vfio_of(dev)->has_iommu)
	S1
 else
	S2
 ...+>
 }
