// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Messages of probe and removal name a device as its bus does. It is the address for
// a PCI function, but not for a device that another bus lets the PCI drivers probe.
//
// file: drivers/bus/pci/pci_common.c
// expect: 2 "PCI device %s on NUMA socket %i
// expect: 1 "Probe PCI driver: %s (%x:%04x) device: %s (socket %i)

@assigned@
identifier func, loc, dev;
@@
 func(...)
 {
 ...
-struct rte_pci_addr *loc;
 ...
-loc = &dev->addr;
 ... when any
 }

@initialized@
identifier func, loc, dev;
@@
 func(...)
 {
 ...
-struct rte_pci_addr *loc = &dev->addr;
 ... when any
 }

@plain@
identifier loc, dev, type;
expression fmt, driver, vendor_id, device_id;
@@
(
-RTE_LOG(DEBUG, type, fmt, loc->domain, loc->bus, loc->devid, loc->function, dev->device.numa_node)
+RTE_LOG(DEBUG, type, "PCI device %s on NUMA socket %i\n", dev->device.name, dev->device.numa_node)
|
-RTE_LOG(INFO, type, fmt, driver, vendor_id, device_id, loc->domain, loc->bus, loc->devid, loc->function, dev->device.numa_node)
+RTE_LOG(INFO, type, "Probe PCI driver: %s (%x:%04x) device: %s (socket %i)\n", driver, vendor_id, device_id, dev->device.name, dev->device.numa_node)
|
 RTE_LOG(INFO, type, "Device %s is not NUMA-aware\n",
-	dev->name
+	dev->device.name
 )
)

@lines@
identifier loc, dev;
expression fmt, driver, vendor_id, device_id;
@@
(
-PCI_LOG(DEBUG, fmt, loc->domain, loc->bus, loc->devid, loc->function, dev->device.numa_node)
+PCI_LOG(DEBUG, "PCI device %s on NUMA socket %i", dev->device.name, dev->device.numa_node)
|
-PCI_LOG(INFO, fmt, driver, vendor_id, device_id, loc->domain, loc->bus, loc->devid, loc->function, dev->device.numa_node)
+PCI_LOG(INFO, "Probe PCI driver: %s (%x:%04x) device: %s (socket %i)", driver, vendor_id, device_id, dev->device.name, dev->device.numa_node)
|
 PCI_LOG(INFO, "Device %s is not NUMA-aware",
-	dev->name
+	dev->device.name
 )
)
