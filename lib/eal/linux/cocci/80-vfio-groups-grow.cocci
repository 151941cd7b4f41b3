// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Every container had a table of as many groups as any may need. Let the tables grow.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 struct vfio_group *vfio_groups;
// expect: 1 if (vfio_make_room(vfio_cfg) < 0)
// expect: 1 "Cannot allocate memory for VFIO groups
// expect: 1 free(vfio_cfg->vfio_groups);

@signed_table@
@@
 struct vfio_config {
 ...
-struct vfio_group vfio_groups[VFIO_MAX_GROUPS];
+int vfio_max_groups;
+/* moves when it grows, under vfio_groups_lock; the default container's is never freed */
+struct vfio_group *vfio_groups;
 ...
 };

@table@
expression size;
@@
 struct vfio_config {
 ...
-struct vfio_group vfio_groups[size];
+unsigned int vfio_max_groups;
+/* moves when it grows, under vfio_groups_lock; the default container's is never freed */
+struct vfio_group *vfio_groups;
 ...
 };

@empty@
expression max;
identifier j;
@@
 rte_vfio_enable(...)
 {
 <...
-for (j = 0; j < max; j++) {
-	vfio_cfgs[i].vfio_groups[j].fd = -1;
-	vfio_cfgs[i].vfio_groups[j].group_num = -1;
-	vfio_cfgs[i].vfio_groups[j].devices = 0;
-}
 ...>
 }

@unused_index depends on empty@
type T;
identifier empty.j;
@@
 rte_vfio_enable(...)
 {
 ...
-T j;
 ... when any
 }

@no_group@
identifier group, i;
@@
 vfio_get_group_fd(...)
 {
 ...
-struct vfio_group *group;
+struct vfio_group *group = NULL;
 ...
-if (i == VFIO_MAX_GROUPS)
+if (group == NULL)
 { ... }
 ...
 }

@room@
expression size;
identifier cfg, num;
@@
 vfio_get_group_fd(struct vfio_config *cfg, int num)
 {
 ...
-if (cfg->vfio_active_groups == size)
+if (vfio_make_room(cfg) < 0)
 {
 ...
 }
 ...
 }

@message@
@@
(
-"Maximum number of VFIO groups reached!"
+"Cannot allocate memory for VFIO groups"
|
-"Maximum number of VFIO groups reached!\n"
+"Cannot allocate memory for VFIO groups\n"
)

@release@
identifier cfg;
@@
 rte_vfio_container_destroy(...)
 {
 ...
 cfg->vfio_container_fd = -1;
+rte_spinlock_lock(&vfio_groups_lock);
+free(cfg->vfio_groups);
+cfg->vfio_groups = NULL;
+cfg->vfio_max_groups = 0;
+rte_spinlock_unlock(&vfio_groups_lock);
 ...
 }

@size@
identifier cfg;
@@
-RTE_DIM(cfg->vfio_groups)
+cfg->vfio_max_groups

@named_size@
@@
-VFIO_MAX_GROUPS
+vfio_cfg->vfio_max_groups
