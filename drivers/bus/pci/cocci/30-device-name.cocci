// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Messages name a device as VFIO knows it.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 4 const char *pci_addr = pci_vfio_of(dev)->name;

@address@
identifier func, dev, loc, addr;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <+...
-snprintf(addr, sizeof(addr), PCI_PRI_FMT, loc->domain, loc->bus, loc->devid, loc->function);
 ...+>
 }

@in_messages@
identifier address.func, dev, address.addr;
expression size;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <...
-char addr[size] = {0};
+const char *addr = pci_vfio_of(dev)->name;
 ...>
 }

@in_no_message@
identifier address.func, dev, address.addr;
expression size;
@@
 func(struct rte_pci_device *dev, ...)
 {
 <...
-char addr[size];
 ...>
 }

@unused_address depends on address@
identifier dev, loc;
@@
-struct rte_pci_addr *loc = &dev->addr;
 ... when != loc
