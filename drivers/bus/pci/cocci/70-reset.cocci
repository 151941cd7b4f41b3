// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Reset a device only if it says that it can be reset.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 pci_vfio_reset(vfio_dev_fd)

@reset@
identifier setup =~ "^pci_(rte_)?vfio_setup_device$";
identifier dev, fd;
@@
 setup(struct rte_pci_device *dev, int fd)
 {
 <+...
-ioctl(fd, VFIO_DEVICE_RESET)
+pci_vfio_reset(fd)
 ...+>
 }
