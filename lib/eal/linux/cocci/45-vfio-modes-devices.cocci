// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Protect the entries of devices, see 44-vfio-modes-tables.cocci. An entry has the number
// of no device before it gets its own: 0 is that of one.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 4-7 rte_spinlock_lock(&vfio_tables_lock);
// expect: 4-7 rte_spinlock_unlock(&vfio_tables_lock);
// expect: 1 dev->dev_num = -1;

@create@
identifier dev, mode;
@@
+rte_spinlock_lock(&vfio_tables_lock);
 dev->active = true;
 dev->mode = mode;
 dev->fd = -1;
+dev->dev_num = -1;
+rte_spinlock_unlock(&vfio_tables_lock);

@number@
identifier dev, num;
@@
 vfio_cdev_assign_device(...)
 {
 ...
+rte_spinlock_lock(&vfio_tables_lock);
 dev->dev_num = num;
+rte_spinlock_unlock(&vfio_tables_lock);
 ...
 }

@erase@
identifier dev;
statement S;
@@
 vfio_device_erase(struct vfio_container *cfg, struct vfio_device *dev)
 {
+int fd = dev->fd;
+
+rte_spinlock_lock(&vfio_tables_lock);
+dev->fd = -1;
+rte_spinlock_unlock(&vfio_tables_lock);
-if (dev->fd >= 0 && close(dev->fd))
+
+if (fd >= 0 && close(fd))
	S
 ...
+rte_spinlock_lock(&vfio_tables_lock);
 *dev = (struct vfio_device){0};
+rte_spinlock_unlock(&vfio_tables_lock);
 ...
 }
