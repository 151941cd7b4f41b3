// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Memory that the user mapped chunk by chunk was mapped in one piece when a container
// was set up anew, and then no chunk of it could be unmapped.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 ret = vfio_map_user_mem(cfg, map);

@@
expression ret, ops;
identifier cfg, map;
@@
 vfio_setup_dma_mem(struct vfio_container *cfg)
 {
 <+...
-ret = ops->dma_user_map_func(cfg, map->addr, map->iova, map->len, 1);
+ret = vfio_map_user_mem(cfg, map);
 ...+>
 }
