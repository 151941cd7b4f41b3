// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Every container had tables of as many groups and devices as any may need. Let the
// tables grow.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (cfg->n_devices == cfg->max_devices && !vfio_grow_devices(cfg))
// expect: 1 free(cfg->devices);

@room@
identifier cfg;
@@
 vfio_device_create(...)
 {
 ...
-if (cfg->n_devices == RTE_DIM(cfg->devices))
+if (cfg->n_devices == cfg->max_devices && !vfio_grow_devices(cfg))
	return NULL;
 ... when any
 }

@release@
identifier cfg;
@@
 vfio_container_erase(struct vfio_container *cfg)
 {
 ...
+if (vfio_global_cfg.mode == DEV_VFIO_MODE_GROUP)
+	free(cfg->group_cfg.groups);
+free(cfg->devices);
 *cfg = VFIO_CONTAINER_INITIALIZER;
 }
