// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Close a device while nobody unmaps, see 64-vfio-modes-unmap.cocci.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 vfio_group_close_device_fd(fd)

@@
identifier cfg, dev, fd;
@@
 vfio_device_erase(struct vfio_container *cfg, struct vfio_device *dev)
 {
 <...
-close(fd)
+vfio_group_close_device_fd(fd)
 ...>
 }
