// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A group was closed while the table still had it, for the thread that answers secondary
// processes to find. The number of its file may be that of another one by then.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 11 vfio_close_group(vfio_group_fd)
// expect: 1 if (vfio_close_group(cur_grp->fd) < 0)

@failed@
identifier fd;
@@
-close(fd);
-rte_vfio_clear_group(fd);
+vfio_close_group(fd);

@released@
identifier fd;
statement S1, S2;
@@
-if (close(fd) < 0) S1
 if (
-rte_vfio_clear_group(fd)
+vfio_close_group(fd)
 < 0) S2

@unbound@
identifier grp, cfg;
@@
 rte_vfio_container_group_unbind(...)
 {
 ...
-if (grp->fd >= 0 && close(grp->fd) < 0)
+if (vfio_close_group(grp->fd) < 0)
 { ... }
-grp->group_num = -1;
-grp->fd = -1;
-grp->devices = 0;
-cfg->vfio_active_groups--;
 ...
 }
