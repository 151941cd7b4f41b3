// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// The tables of a container, which is freed with them, see 81-vfio-modes-grow.cocci.
//
// only-if: struct vfio_group_config {
// file: lib/eal/linux/eal_vfio.h
// expect: 1 struct vfio_group *groups;
// expect: 1 struct vfio_device *devices;

@groups@
expression size;
@@
 struct vfio_group_config {
 ...
-struct vfio_group groups[size];
+size_t max_groups;
+/* moves when it grows, under vfio_tables_lock; freed with its container */
+struct vfio_group *groups;
 };

@devices@
expression size;
@@
 struct vfio_container {
 ...
-int n_devices;
-struct vfio_device devices[size];
+size_t n_devices;
+size_t max_devices;
+/* the same */
+struct vfio_device *devices;
 };
