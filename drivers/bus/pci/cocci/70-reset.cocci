// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Reset a device only if it says that it can be reset.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 vfio_setup_device(dev, vfio_dev_fd, &device_info)
// expect: 1 if (pci_vfio_can_reset(info) && ioctl(vfio_dev_fd, VFIO_DEVICE_RESET)

@reset@
identifier setup =~ "^pci_(rte_)?vfio_setup_device$";
identifier dev, fd;
@@
-setup(struct rte_pci_device *dev, int fd)
+setup(struct rte_pci_device *dev, int fd, const struct vfio_device_info *info)
 {
 <+...
-ioctl(fd, VFIO_DEVICE_RESET)
+pci_vfio_can_reset(info) && ioctl(fd, VFIO_DEVICE_RESET)
 ...+>
 }

@call@
identifier reset.setup;
identifier dev, fd;
symbol device_info;
@@
 pci_vfio_map_resource_primary(...)
 {
 <+...
-setup(dev, fd)
+setup(dev, fd, &device_info)
 ...+>
 }
