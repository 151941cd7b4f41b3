// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where VFIO is enabled later than at start-up, secondary processes ask for the
// container too: answer them, as later releases do.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (vfio_mp_sync_setup() == -1)

@@
expression fd;
@@
 rte_vfio_enable(...)
 {
 <+...
-fd = vfio_open_container_fd(false);
+if (vfio_mp_sync_setup() == -1)
+	fd = -1;
+else
+	fd = vfio_open_container_fd(false);
 ...+>
 }
