// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Who maps all memory has its lock already, see 52-vfio-modes-memory.cocci.
//
// only-if: _dma_map(struct vfio_container *cfg)
// file: lib/eal/linux/eal_vfio_cdev.c
// expect: 1 /* who maps all memory has its lock */

@@
@@
 vfio_cdev_dma_map(...)
 {
+/* who maps all memory has its lock */
-return rte_memseg_walk(
+return rte_memseg_walk_thread_unsafe(
 ...);
 }
