// SPDX-License-Identifier: BSD-3-Clause
// Copyright(c) 2026 The DPDK mdev bus authors
//
// A mediated device may have fewer kinds of interrupts than a PCI function, or
// none: an index that the kernel cannot describe or that has none is skipped, and
// finding no interrupt at all is left to the device to judge.
//
// file: drivers/bus/pci/linux/pci_vfio.c
// expect: 1 pci_vfio_no_interrupt(dev, vfio_dev_fd, intr_mode)
// expect: 1 if (pci_dev_is_mdev(dev) && (ret < 0 || irq.count == 0))

@missing_index@
identifier dev, fd, irq, ret;
@@
 pci_vfio_setup_interrupts(struct rte_pci_device *dev, int fd)
 {
 <+...
 ret = ioctl(fd, VFIO_DEVICE_GET_IRQ_INFO, &irq);
+if (pci_dev_is_mdev(dev) && (ret < 0 || irq.count == 0))
+	continue;
 if (ret < 0) {
	...
	return -1;
 }
 ...+>
 }

@default_mode@
identifier mode;
@@
 mode = rte_eal_vfio_intr_mode();

@no_interrupt@
identifier missing_index.dev, missing_index.fd, default_mode.mode, i;
statement loop;
@@
 for (i = VFIO_PCI_MSIX_IRQ_INDEX; i >= 0; i--) loop
-return -1;
+return pci_vfio_no_interrupt(dev, fd, mode);
