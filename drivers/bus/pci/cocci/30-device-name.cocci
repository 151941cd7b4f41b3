// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Ask the device for the name under which VFIO knows it: a mediated device is
// known by its UUID, not by a PCI address.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 4-5 pci_vfio_device_name(dev,

@device_name@
identifier func, dev, loc, name;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <+...
-snprintf(name, sizeof(name), PCI_PRI_FMT, loc->domain, loc->bus, loc->devid, loc->function);
+pci_vfio_device_name(dev, name, sizeof(name));
 ...+>
 }

@unused_address depends on device_name@
identifier dev, loc;
@@
-struct rte_pci_addr *loc = &dev->addr;
 ... when != loc
