// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Tell the caller that another process uses a device or its group.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 2 res = ret == -EBUSY ? VFIO_BUSY : VFIO_ERROR;
// expect: 2 rte_errno = res == VFIO_BUSY ? EBUSY : EIO;

@device@
identifier ret, res;
expression list arguments;
@@
 ret = vfio_cdev_setup_device(arguments);
 if (ret < 0) {
	...
-	res = VFIO_ERROR;
+	res = ret == -EBUSY ? VFIO_BUSY : VFIO_ERROR;
	...
 }

@group@
identifier ret, res;
expression list arguments;
@@
 ret = vfio_group_open_fd(arguments);
 if (ret == -ENOENT) { ... }
 else if (ret < 0) {
	...
-	res = VFIO_ERROR;
+	res = ret == -EBUSY ? VFIO_BUSY : VFIO_ERROR;
	...
 }

@known@
identifier res;
@@
 dev_vfio_setup_device(...)
 {
 ...
-enum vfio_result res;
+enum vfio_result res = VFIO_ERROR;
 ... when any
 }

@told@
identifier func =~ "^dev_vfio_(setup_device|container_assign_device)$";
@@
 func(...)
 {
 <+...
-rte_errno = EIO;
+rte_errno = res == VFIO_BUSY ? EBUSY : EIO;
 ...+>
 }
