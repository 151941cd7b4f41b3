// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, the BARs of a device that failed to be set up stayed mapped.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 maps[i].addr = NULL;
// expect: 1 pci_vfio_unmap_bars(vfio_res, vfio_res->nb_maps);
// expect: 1 pci_vfio_unmap_bars(vfio_res, i);

@failed_bar@
identifier ret, fd, res, i;
@@
 ret = pci_vfio_mmap_bar(fd, res, i, 0);
 if (ret < 0) {
+	maps[i].addr = NULL;
	...
 }

@failed_setup_bars@
identifier dev, res;
@@
 pci_vfio_map_resource_primary(struct rte_pci_device *dev)
 {
 <+...
+pci_vfio_unmap_bars(res, res->nb_maps);
 rte_free(res);
 ...+>
 }

@failed_secondary_bar@
identifier ret, fd, res, i;
@@
 ret = pci_vfio_mmap_bar(fd, res, i, MAP_FIXED);
 if (ret < 0) {
+	pci_vfio_unmap_bars(res, i);
	...
 }
