// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// What failed for lack of a kernel module or of rights may succeed later: the action
// for secondary processes is there from the first time then. That there is no VFIO is no
// error in who answers.
//
// only-if: vfio_group_get_by_num(
// file: lib/eal/linux/eal_vfio_mp_sync.c
// expect: 1 rte_errno != EEXIST
// expect: 1 if (vfio_global_cfg.mode != DEV_VFIO_MODE_NONE)

@@
symbol rte_errno;
identifier ret;
statement S;
@@
-if (ret && rte_errno != ENOTSUP)
+if (ret && rte_errno != ENOTSUP && rte_errno != EEXIST)
 S

@answer@
symbol fd;
@@
 vfio_mp_primary(...)
 {
 <...
-fd = dev_vfio_get_container_fd();
+if (vfio_global_cfg.mode != DEV_VFIO_MODE_NONE)
+	fd = dev_vfio_get_container_fd();
 ...>
 }
