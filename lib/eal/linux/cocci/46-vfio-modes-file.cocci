// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Protect the file of a device, see 44-vfio-modes-tables.cocci.
//
// only-if: vfio_cdev_setup_device(struct vfio_container *cfg, struct vfio_device *dev)
// file: lib/eal/linux/eal_vfio_cdev.c
// expect: 3 vfio_cdev_set_fd(dev,

@set@
identifier dev;
expression file;
@@
-dev->fd = file;
+vfio_cdev_set_fd(dev, file);

@close@
identifier dev;
expression file;
@@
-close(file);
 vfio_cdev_set_fd(dev, -1);
+close(file);
