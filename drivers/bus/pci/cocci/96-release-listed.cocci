// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Touch no file of a device that the list does not have.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (!pci_vfio_is_listed(dev))

@listed@
identifier dev, name, list, res, log;
expression list message;
@@
 pci_vfio_unmap_resource_primary(struct rte_pci_device *dev)
 {
 ...
 pci_vfio_device_name(dev, name, sizeof(name));
+
+if (!pci_vfio_is_listed(dev)) {
+	log(message);
+	return -1;
+}
 ...
 res = find_and_unmap_vfio_resource(list, dev, name);
 if (res == NULL) {
	log(message);
	return -1;
 }
 ...
 }
