// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A mediated device may have a BAR that can be mapped only to read it. The PCI
// bus maps for both: leave it to the functions that read without a mapping.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (!pci_vfio_is_mappable(dev, reg->flags))

@mappable@
identifier dev, reg;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 <+...
-if ((reg->flags & VFIO_REGION_INFO_FLAG_MMAP) == 0)
+if (!pci_vfio_is_mappable(dev, reg->flags))
 { ... }
 ...+>
 }
