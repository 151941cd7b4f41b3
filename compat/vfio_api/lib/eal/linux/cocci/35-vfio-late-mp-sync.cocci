// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Secondary processes ask their primary for the container as soon as the kernel has VFIO.
// Answer them whether the primary process has it or not, or they wait until time is up.
//
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (vfio_mp_sync_setup() < 0)

@once@
expression fd;
@@
 rte_vfio_enable(...)
 {
 <...
-if (vfio_mp_sync_setup() == -1) {
-	fd = -1;
-} else {
-	fd = vfio_open_container_fd(false);
-}
+fd = vfio_open_container_fd(false);
 ...>
 }

@always@
statement S;
@@
 rte_vfio_enable(...)
 {
 ...
 for (...; ...; ...) S
+
+if (vfio_mp_sync_setup() < 0)
+	return -1;
 ... when any
 }
