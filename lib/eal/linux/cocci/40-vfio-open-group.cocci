// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process may ask for a group that the primary process does not use. The
// primary opened it, had it for a group in use from then on, and left setting up the
// container to the first one for ever. Hand out a group that is open, or none: a copy of
// its file, as another thread may close it meanwhile.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio_mp_sync.c
// expect: 1 fd = vfio_copy_group_fd(m->group_num);
// expect: 1 m->req == SOCKET_REQ_GROUP

@reply@
expression reply, peer;
symbol m, fd;
@@
 vfio_mp_primary(...)
 {
 <+...
-return rte_mp_reply(&reply, peer);
+ret = rte_mp_reply(&reply, peer);
+if (m->req == SOCKET_REQ_GROUP && fd >= 0)
+	close(fd);
+return ret;
 ...+>
 }

@reply_closes@
symbol m, fd;
@@
 vfio_mp_primary(...)
 {
 <+...
-if (m->req == SOCKET_REQ_CONTAINER && fd >= 0)
+if ((m->req == SOCKET_REQ_CONTAINER || m->req == SOCKET_REQ_GROUP) && fd >= 0)
	close(fd);
 ...+>
 }

@declare depends on reply@
symbol fd;
@@
 vfio_mp_primary(...)
 {
 int fd = -1;
+int ret;
 ... when any
 }

@find@
identifier m;
@@
 vfio_mp_primary(...)
 {
 <...
-rte_vfio_get_group_fd(m->group_num)
+vfio_copy_group_fd(m->group_num)
 ...>
 }
