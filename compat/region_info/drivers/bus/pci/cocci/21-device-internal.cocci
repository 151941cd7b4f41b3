// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Before 23.07, there was nothing around a struct rte_pci_device.
//
// file: drivers/bus/pci/linux/pci.c
// expect: 1 malloc(sizeof(struct rte_pci_device_internal))
// expect: 1 memset(dev, 0, sizeof(struct rte_pci_device_internal))

@internal@
identifier dev;
@@
 pci_scan_one(...)
 {
 ...
 dev = malloc(
-	sizeof(*dev)
+	sizeof(struct rte_pci_device_internal)
 );
 ...
 memset(dev, 0,
-	sizeof(*dev)
+	sizeof(struct rte_pci_device_internal)
 );
 ...
 }
