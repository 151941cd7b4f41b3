// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Where VFIO may do without an IOMMU, that is for devices that have none. The others,
// like those whose kernel driver translates, have their files all the same, by the
// usual names.
//
// only-if: DEV_VFIO_NOIOMMU_CDEV_FMT
// file: lib/eal/linux/eal_vfio_cdev.c
// expect: 1 prefix_len = vfio_cdev_prefix_len(entry->d_name, prefix);
// expect: 1 if (dev_fd < 0 && errno == ENOENT && vfio_global_cfg.iova_mode == DEV_VFIO_IOVA_MODE_PA)

@number@
identifier entry, prefix, length;
@@
 vfio_cdev_get_device_num(...)
 {
 <+...
-if (strncmp(entry->d_name, prefix, length) != 0)
+length = vfio_cdev_prefix_len(entry->d_name, prefix);
+if (length == 0)
	continue;
 ...+>
 }

@unread@
identifier number.prefix, number.length;
@@
 vfio_cdev_get_device_num(...)
 {
 <...
-length = strlen(prefix);
 ...>
 }

@device_file@
identifier num, name, fd;
@@
 cdev_open_device_fd(int num)
 {
 <+...
 fd = open(name, O_RDWR);
+if (fd < 0 && errno == ENOENT && vfio_global_cfg.iova_mode == DEV_VFIO_IOVA_MODE_PA) {
+	snprintf(name, sizeof(name), DEV_VFIO_CDEV_FMT, num);
+	fd = open(name, O_RDWR);
+}
 ...+>
 }
