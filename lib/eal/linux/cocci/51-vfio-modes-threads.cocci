// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Threads that attach devices at the same time share the container, its groups and its
// devices: let them set up and release devices, and change containers, one after the
// other. No driver runs meanwhile.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 6-7 vfio_begin();
// expect: 20-45 return vfio_end(

@setup@
@@
 dev_vfio_setup_device(...)
 {
 ...
 int ret;
+
+vfio_begin();
 ... when any
 }

@release@
@@
 dev_vfio_release_device(...)
 {
 ...
 int ret;
+
+vfio_begin();
 ... when any
 }

@enable@
identifier mode;
expression none;
@@
 dev_vfio_enable(void)
 {
 ...
 enum dev_vfio_mode mode = none;
+
+vfio_begin();
 ... when any
 }

@create@
identifier fd;
@@
 dev_vfio_container_create(void)
 {
 ...
 int fd;
+
+vfio_begin();
 ... when any
 }

@destroy@
identifier dev;
@@
 dev_vfio_container_destroy(...)
 {
 ...
 struct vfio_device *dev;
+
+vfio_begin();
 ... when any
 }

@assign@
identifier dev;
@@
 dev_vfio_container_assign_device(...)
 {
 ...
 struct vfio_device *dev;
+
+vfio_begin();
 ... when any
 }

@end@
identifier func =~ "^dev_vfio_(setup_device|release_device|enable|container_(create|destroy|assign_device))$";
expression ret;
@@
 func(...)
 {
 <...
-return ret;
+return vfio_end(ret);
 ...>
 }
