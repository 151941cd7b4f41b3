// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The thread that answers secondary processes looks for groups and devices while other
// threads change the tables. It must not wait until they have set up a device: protect
// the entries by a lock of their own, for moments. And close a file only when nobody can
// find it any more.
//
// only-if: vfio_group_erase(struct vfio_container *cfg, struct vfio_group *grp)
// file: lib/eal/linux/eal_vfio_group.c
// expect: 3-4 rte_spinlock_lock(&vfio_tables_lock);
// expect: 3-4 rte_spinlock_unlock(&vfio_tables_lock);

@create@
identifier grp;
expression num;
@@
+rte_spinlock_lock(&vfio_tables_lock);
 grp->active = true;
 grp->group_num = num;
 grp->fd = -1;
+rte_spinlock_unlock(&vfio_tables_lock);

@open@
identifier grp, file;
@@
 vfio_group_open_fd(...)
 {
 <+...
+rte_spinlock_lock(&vfio_tables_lock);
 grp->fd = file;
+rte_spinlock_unlock(&vfio_tables_lock);
 ...+>
 }

@erase@
identifier grp, group_cfg;
expression of_cfg;
expression list message;
@@
 vfio_group_erase(struct vfio_container *cfg, struct vfio_group *grp)
 {
 struct vfio_group_config *group_cfg = of_cfg;
+int fd = grp->fd;
+
+rte_spinlock_lock(&vfio_tables_lock);
+memset(grp, 0, sizeof(*grp));
+rte_spinlock_unlock(&vfio_tables_lock);
 ...
-if (grp->fd >= 0 && close(grp->fd) < 0)
-	EAL_LOG(message, grp->fd);
-	*grp = (struct vfio_group){0};
+if (fd >= 0 && close(fd) < 0)
+	EAL_LOG(message, fd);
 ...
 }
