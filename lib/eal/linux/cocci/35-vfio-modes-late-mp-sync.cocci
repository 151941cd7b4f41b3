// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Secondary processes ask their primary for the container as soon as the kernel has VFIO.
// Answer them whether the primary process has it or not, or they wait until time is up.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 1 if (vfio_mp_sync_setup() != 0)

@once@
identifier none;
@@
 vfio_select_mode(void)
 {
 <+...
-if (vfio_mp_sync_setup() < 0)
-	return none;
 ...+>
 }

@kept@
symbol err_mpsync, err;
@@
 vfio_select_mode(void)
 {
 <+...
-goto err_mpsync;
+goto err;
 ...+>
 }

@label@
symbol err_mpsync, err;
@@
 vfio_select_mode(void)
 {
 ... when any
-err_mpsync:
-vfio_mp_sync_cleanup();
 err:
 ... when any
 }

@always@
symbol vfio_global_cfg;
@@
 dev_vfio_enable(void)
 {
 ...
 if (vfio_global_cfg.mode != DEV_VFIO_MODE_NONE)
	return 0;
+
+if (vfio_mp_sync_setup() != 0)
+	return -1;
 ... when any
 }
