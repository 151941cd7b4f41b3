// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Let the table of groups grow, see 81-vfio-modes-grow.cocci.
//
// only-if: vfio_group_create(struct vfio_container *cfg, int iommu_group)
// file: lib/eal/linux/eal_vfio_group.c
// expect: 1 if (group_cfg->n_groups == group_cfg->max_groups && !vfio_grow_groups(group_cfg))

@room@
identifier cfg, grp;
@@
 vfio_group_create(struct vfio_container *cfg, int iommu_group)
 {
+struct vfio_group_config *group_cfg = &cfg->group_cfg;
 struct vfio_group *grp;
 ...
-if (cfg->group_cfg.n_groups >= RTE_DIM(cfg->group_cfg.groups))
+if (group_cfg->n_groups == group_cfg->max_groups && !vfio_grow_groups(group_cfg))
 { ... }
 ... when any
 }
