// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Who maps all memory for a device holds the lock of memory already. To take it once
// more, as the walks do, is to wait for ever if a thread that allocates memory waits
// for it in between.
//
// only-if: spapr_dma_win_size(void)
// file: lib/eal/linux/eal_vfio.c lib/eal/linux/eal_vfio_group.c
// expect: 1 rte_memseg_list_walk_thread_unsafe(vfio_spapr_size_walk,
// expect: 1 rte_memseg_walk_thread_unsafe(vfio_spapr_map_walk,

@@
identifier func =~ "^(vfio_(type1|spapr)_dma_map|spapr_dma_win_size)$";
@@
 func(...)
 {
 <+...
(
-rte_memseg_walk
+rte_memseg_walk_thread_unsafe
|
-rte_memseg_contig_walk
+rte_memseg_contig_walk_thread_unsafe
|
-rte_memseg_list_walk
+rte_memseg_list_walk_thread_unsafe
)
 (...)
 ...+>
 }
