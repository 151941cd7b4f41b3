// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, the file of a device was noted when its interrupt was set up. A device
// may have none.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (rte_intr_dev_fd_set(dev->intr_handle, vfio_dev_fd) != 0)

@device_file@
identifier dev, ret, fd, info;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 ...
 ret = pci_vfio_open_device(dev, &fd, &info);
 if (ret)
	return ret;
+if (rte_intr_dev_fd_set(dev->intr_handle, fd) != 0)
+	goto err_vfio_dev_fd;
 ...
 }
