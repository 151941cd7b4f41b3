// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Tell that another process uses a group.
//
// only-if: vfio_open_group_sysfs(int iommu_group_num)
// file: lib/eal/linux/eal_vfio_group.c
// expect: 1 if (errno == ENOENT || errno == EBUSY)

@@
@@
 vfio_open_group_sysfs(...)
 {
 <...
-if (errno == ENOENT)
-	return -ENOENT;
+if (errno == ENOENT || errno == EBUSY)
+	return -errno;
 ...>
 }
