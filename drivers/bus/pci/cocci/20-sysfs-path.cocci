// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Ask the device for the sysfs directory that lists it: a mediated device is
// not in the directory of the PCI bus.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 6-7 pci_vfio_sysfs_path(dev)

@sysfs_path@
identifier func, vfio =~ "^rte_vfio_(setup_device|release_device|get_device_info)$";
identifier dev;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <...
 vfio(
-	rte_pci_get_sysfs_path()
+	pci_vfio_sysfs_path(dev)
	, ...)
 ...>
 }
