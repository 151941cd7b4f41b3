// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process may ask for a group that the primary process does not use. The
// primary opened it, had it for a group in use from then on, and left setting up the
// container to the first one for ever. Hand out a group that is open, or none.
//
// file: lib/eal/linux/eal_vfio_mp_sync.c
// expect: 1 fd = vfio_find_group_fd(m->group_num);

@@
identifier m;
@@
 vfio_mp_primary(...)
 {
 <...
-rte_vfio_get_group_fd(m->group_num)
+vfio_find_group_fd(m->group_num)
 ...>
 }
