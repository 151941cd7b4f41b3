// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A secondary process accesses the I/O ports of a device without having mapped
// its BARs. The mediated device is open in that process: use it.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (pci_vfio_open_ioport(dev) != 0)

@open_ioport@
identifier dev, bar, p;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 ...
+if (pci_vfio_open_ioport(dev) != 0)
+	return -1;
 if (bar < VFIO_PCI_BAR0_REGION_INDEX || ...)
 { ... }
 ... when any
 }
