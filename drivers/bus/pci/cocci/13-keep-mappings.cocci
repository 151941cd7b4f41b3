// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process maps BARs where the primary process has them. If something of
// its own is there, it must fail, not map over it. That may be what a driver has kept of
// a device that it refused (RTE_PCI_DRV_KEEP_MAPPED_RES), and refuses again in any case.
// Older kernels than 4.17 do not know the flag: they map elsewhere.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1-2 MAP_FIXED_NOREPLACE);
// expect: 1-2 bar_addr = pci_vfio_reserve(bar->addr, bar->size, additional_flags);

@keep@
identifier dev;
@@
 pci_vfio_map_resource_secondary(struct rte_pci_device *dev)
 {
 <+...
-MAP_FIXED
+MAP_FIXED_NOREPLACE
 ...+>
 }

@reserve@
expression addr, size, flags;
@@
-mmap(addr, size, 0, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0)
+pci_vfio_reserve(addr, size, flags)
