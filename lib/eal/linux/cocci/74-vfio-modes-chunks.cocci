// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Every page was mapped by itself. Small pages are too many for that.
//
// only-if: _dma_map(struct vfio_container *cfg)
// file: lib/eal/linux/eal_vfio_group.c lib/eal/linux/eal_vfio_cdev.c
// expect: 1 return vfio_walk_memory(

@@
identifier func =~ "^vfio_(type1|cdev)_dma_map$";
@@
 func(...)
 {
 <+...
(
-rte_memseg_walk_thread_unsafe
+vfio_walk_memory
|
-rte_memseg_walk
+vfio_walk_memory
)
 (...)
 ...+>
 }
