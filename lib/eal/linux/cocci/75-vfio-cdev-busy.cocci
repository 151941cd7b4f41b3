// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Tell that another process uses a device, as a group of which that is true is told of.
//
// only-if: cdev_attach_device_to_iommufd(struct vfio_container *cfg,
// file: lib/eal/linux/eal_vfio_cdev.c
// expect: 1 int error = vfio_cdev_bind_error(errno);
// expect: 1 ret = cdev_attach_device_to_iommufd(cfg, dev);

@bind@
expression fd, bind;
expression list message;
@@
 cdev_attach_device_to_iommufd(...)
 {
 <+...
 if (ioctl(fd, VFIO_DEVICE_BIND_IOMMUFD, bind) < 0) {
+	int error = vfio_cdev_bind_error(errno);
+
	EAL_LOG(message);
-	return -1;
+	return error;
 }
 ...+>
 }

@attach@
identifier cfg, dev;
@@
 vfio_cdev_setup_device(...)
 {
 <+...
-if (cdev_attach_device_to_iommufd(cfg, dev) < 0) {
+ret = cdev_attach_device_to_iommufd(cfg, dev);
+if (ret < 0) {
	...
-	return -1;
+	return ret;
 }
 ...+>
 }

@declare@
identifier file;
@@
 vfio_cdev_setup_device(...)
 {
 int file;
+int ret;
 ... when any
 }
