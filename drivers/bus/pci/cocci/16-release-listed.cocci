// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Touch no file of a device that the list does not have.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (!pci_vfio_is_listed(vfio_res_list, dev))

@unlisted@
identifier dev, list, res, log;
expression shared;
expression list message;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 ...
-list = shared;
 res = find_and_unmap_vfio_resource(list, ...);
 if (res == NULL) {
	log(message);
	return -1;
 }
 ...
 }

@listed@
identifier unlisted.dev, unlisted.list, unlisted.log;
expression unlisted.shared;
expression list unlisted.message;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 <+...
+list = shared;
+if (!pci_vfio_is_listed(list, dev)) {
+	log(message);
+	return -1;
+}
 pci_vfio_disable_notifier(dev);
 ...+>
 }
