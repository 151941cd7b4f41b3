// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Threads that attach devices at the same time share the container, its groups and its
// devices: let them set up and release devices one after the other. No driver runs
// meanwhile.
//
// only-if: #include <dev_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 3 vfio_begin();
// expect: 10-30 return vfio_end(

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

@end@
identifier func =~ "^dev_vfio_(setup_device|release_device|enable)$";
expression ret;
@@
 func(...)
 {
 <...
-return ret;
+return vfio_end(ret);
 ...>
 }
