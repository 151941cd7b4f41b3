// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The thread that answers secondary processes looks for groups in the table while
// other threads change it. It must not wait until they have set up a device: protect
// the entries by a lock of their own, for moments.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 2-5 rte_spinlock_lock(&vfio_groups_lock);
// expect: 2-5 rte_spinlock_unlock(&vfio_groups_lock);

@enter@
expression num, file;
symbol cur_grp;
@@
 vfio_get_group_fd(...)
 {
 <+...
+rte_spinlock_lock(&vfio_groups_lock);
 cur_grp->group_num = num;
 cur_grp->fd = file;
+rte_spinlock_unlock(&vfio_groups_lock);
 ...+>
 }

@clear@
expression cfg, i;
@@
+rte_spinlock_lock(&vfio_groups_lock);
 cfg->vfio_groups[i].group_num = -1;
 cfg->vfio_groups[i].fd = -1;
+rte_spinlock_unlock(&vfio_groups_lock);
