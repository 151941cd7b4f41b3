// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// I/O ports are accessed through the file of the device, which the primary process
// opens to map the device: without one, there are no ports.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if (rte_eal_process_type() == RTE_PROC_PRIMARY && !pci_vfio_is_open(dev))

@closed_ioport@
identifier dev, bar, p;
@@
 pci_vfio_ioport_map(struct rte_pci_device *dev, int bar, struct rte_pci_ioport *p)
 {
 ...
+if (rte_eal_process_type() == RTE_PROC_PRIMARY && !pci_vfio_is_open(dev))
+	return -1;
 if (bar < VFIO_PCI_BAR0_REGION_INDEX || ...)
 { ... }
 ... when any
 }
