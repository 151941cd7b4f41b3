// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A BAR is mapped to read and to write it. One that can be mapped for less is left to
// the functions that access it without a mapping.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if ((reg->flags & PCI_VFIO_MAPPABLE) != PCI_VFIO_MAPPABLE)

@mappable@
identifier dev, reg;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 <+...
-if ((reg->flags & VFIO_REGION_INFO_FLAG_MMAP) == 0)
+if ((reg->flags & PCI_VFIO_MAPPABLE) != PCI_VFIO_MAPPABLE)
 { ... }
 ...+>
 }
