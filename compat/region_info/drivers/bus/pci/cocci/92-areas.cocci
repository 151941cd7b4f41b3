// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, a BAR was mapped as a whole, or around its MSI-X table. Map those
// areas which the kernel names.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 #include "pci_areas.h"
// expect: 2 ret = pci_vfio_map_areas(vfio_dev_fd,

@include@
@@
 #include "pci_init.h"
+#include "pci_areas.h"

@areas@
identifier func, dev, ret, fd, res, i;
expression flags;
@@
 func(struct rte_pci_device *dev)
 {
 <+...
-ret = pci_vfio_mmap_bar(fd, res, i, flags);
+ret = pci_vfio_map_areas(fd, &res->maps[i], i, flags);
+if (ret > 0)
+	ret = pci_vfio_mmap_bar(fd, res, i, flags);
 ...+>
 }
