// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where VFIO may do without an IOMMU, that is for devices that have none. The others,
// like those whose kernel driver translates, have their groups all the same, by the
// usual names.
//
// only-if: DEV_VFIO_NOIOMMU_GROUP_FMT
// file: lib/eal/linux/eal_vfio_group.c
// expect: 1 if (fd < 0 && errno == ENOENT && vfio_global_cfg.iova_mode == DEV_VFIO_IOVA_MODE_PA)

@group@
identifier num, path, fd;
@@
 vfio_open_group_sysfs(int num)
 {
 ...
 fd = open(path, O_RDWR);
+if (fd < 0 && errno == ENOENT && vfio_global_cfg.iova_mode == DEV_VFIO_IOVA_MODE_PA) {
+	snprintf(path, sizeof(path), DEV_VFIO_GROUP_FMT, num);
+	errno = 0;
+	fd = open(path, O_RDWR);
+}
 ...
 }
