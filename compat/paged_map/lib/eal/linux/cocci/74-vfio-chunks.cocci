// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Every page was mapped by itself. Small pages are too many for that.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 return vfio_walk_memory(type1_map,

@@
@@
 vfio_type1_dma_map(...)
 {
 <+...
-rte_memseg_walk_thread_unsafe
+vfio_walk_memory
 (...)
 ...+>
 }
