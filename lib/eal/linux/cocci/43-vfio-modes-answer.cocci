// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The thread that answers secondary processes looked for groups and devices in tables
// that other threads change, and handed out files that may be closed meanwhile: hand out
// a copy, taken while the tables stay as they are.
//
// only-if: vfio_group_get_by_num(
// file: lib/eal/linux/eal_vfio_mp_sync.c
// expect: 1 fd = vfio_copy_group_fd(m->group_num);
// expect: 1 fd = vfio_copy_device_fd(m->cdev_dev_num);
// expect: 1 if ((m->req == VFIO_SOCKET_REQ_GROUP || m->req == VFIO_SOCKET_REQ_CDEV) && fd >= 0)

@answer@
expression reply, peer;
symbol m, fd;
@@
 vfio_mp_primary(...)
 {
 <+...
-return rte_mp_reply(&reply, peer);
+ret = rte_mp_reply(&reply, peer);
+if ((m->req == VFIO_SOCKET_REQ_GROUP || m->req == VFIO_SOCKET_REQ_CDEV) && fd >= 0)
+	close(fd);
+return ret;
 ...+>
 }

@declare@
symbol fd;
@@
 vfio_mp_primary(...)
 {
 int fd = -1;
+int ret;
 ... when any
 }

@group@
identifier cfg, grp;
symbol m, fd;
@@
 vfio_mp_primary(...)
 {
 <+...
-struct vfio_container *cfg = vfio_global_cfg.default_cfg;
-struct vfio_group *grp;
 ...
-grp = vfio_group_get_by_num(cfg, m->group_num);
-if (grp == NULL)
+fd = vfio_copy_group_fd(m->group_num);
+if (fd < 0)
 { ... }
 else
 {
-fd = grp->fd;
 ...
 }
 ...+>
 }

@device@
identifier cfg, dev;
symbol m;
expression reply;
@@
 vfio_mp_primary(...)
 {
 <+...
-struct vfio_container *cfg;
-struct vfio_device *dev;
 ...
-cfg = vfio_global_cfg.default_cfg;
-dev = vfio_cdev_get_dev_by_num(cfg, m->cdev_dev_num);
-if (dev == NULL)
+fd = vfio_copy_device_fd(m->cdev_dev_num);
+if (fd < 0)
 { ... }
 else
 {
 ...
 reply.fds[0] =
-	dev->fd
+	fd
 ;
 }
 ...+>
 }
