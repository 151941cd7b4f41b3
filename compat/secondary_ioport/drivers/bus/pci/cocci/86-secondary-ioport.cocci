// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Until that was mended, a secondary process accessed the I/O ports of those devices
// only which it had mapped: it had not opened others.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 pci_vfio_open_ioport(dev) != 0)

@open_ioport@
identifier dev, bar, p;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 ...
+if (rte_eal_process_type() == RTE_PROC_SECONDARY && pci_vfio_open_ioport(dev) != 0)
+	return -1;
 if (bar < VFIO_PCI_BAR0_REGION_INDEX || ...)
 { ... }
 ... when any
 }
