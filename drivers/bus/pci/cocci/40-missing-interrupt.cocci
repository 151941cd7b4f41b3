// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// Skip the kinds of interrupts that a device does not have, and set up a device that
// has none.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 if ((pci_vfio_of(dev)->irqs & RTE_BIT32(i)) == 0)
// expect: 1 return intr_mode == RTE_INTR_MODE_NONE ? 0 : -1;

@missing_kind@
identifier dev, irq, i;
@@
 pci_vfio_setup_interrupts(struct rte_pci_device *dev, ...)
 {
 <+...
 irq.index = i;
+if ((pci_vfio_of(dev)->irqs & RTE_BIT32(i)) == 0)
+	continue;
 ...+>
 }

@default_mode@
identifier mode;
@@
 mode = rte_eal_vfio_intr_mode();

@no_interrupt@
identifier default_mode.mode, i;
statement loop;
@@
 for (i = VFIO_PCI_MSIX_IRQ_INDEX; i >= 0; i--) loop
-return -1;
+return mode == RTE_INTR_MODE_NONE ? 0 : -1;
