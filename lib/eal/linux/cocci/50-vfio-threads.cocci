// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Threads that attach devices at the same time share the container and the table of
// its groups: let them set up and release devices, and change containers, one after the
// other. No driver runs meanwhile. Enabling VFIO a second time would empty the table.
// Who looks for a group in the table, or opens or forgets one, waits as well.
//
// only-if: #include <rte_vfio.h>
// file: lib/eal/linux/eal_vfio.c
// expect: 9 vfio_begin();
// expect: 30-45 return vfio_end(

@setup@
identifier conf;
@@
 rte_vfio_setup_device(...)
 {
 ...
 const struct internal_config *conf = ...;
+
+vfio_begin();
 ... when any
 }

@release@
identifier group_fd, group_num, ret;
@@
 rte_vfio_release_device(...)
 {
 ...
 int group_fd;
 int group_num;
 int ret;
+
+vfio_begin();
 ... when any
 }

@enable@
identifier lock;
@@
 rte_vfio_enable(...)
 {
 ...
 rte_spinlock_recursive_t lock = ...;
+
+vfio_begin();
+if (default_vfio_cfg->vfio_enabled)
+	return 0;
 ... when any
 }

@create@
type T;
identifier i;
@@
 rte_vfio_container_create(void)
 {
 T i;
+
+vfio_begin();
 ... when any
 }

@change@
identifier func =~ "^rte_vfio_container_(destroy|group_(un)?bind)$";
expression cfg, fd;
@@
 func(...)
 {
 ...
+vfio_begin();
 cfg = get_vfio_cfg_by_container_fd(fd);
 ... when any
 }

@group@
identifier func =~ "^rte_vfio_(get_group_fd|clear_group)$";
identifier cfg;
@@
 func(...)
 {
 ...
 struct vfio_config *cfg;
+
+vfio_begin();
 ... when any
 }

@end@
identifier func =~ "^rte_vfio_(setup_device|release_device|enable|get_group_fd|clear_group|container_(create|destroy|group_(un)?bind))$";
expression ret;
@@
 func(...)
 {
 <...
-return ret;
+return vfio_end(ret);
 ...>
 }
