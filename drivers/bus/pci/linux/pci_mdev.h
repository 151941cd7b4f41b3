/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef PCI_MDEV_H
#define PCI_MDEV_H

/**
 * @file
 * How drivers of the PCI bus are attached to a device of another bus.
 */

#include <bus_pci_driver.h>

#include "pci_init.h"
#include "private.h"

/**
 * Probe a device with the matching drivers of the PCI bus.
 *
 * @return
 *   0 on success, 1 if no driver supports it, a negative errno value on error.
 */
int pci_mdev_attach(struct rte_pci_device *dev);

/**
 * Probe a device once more with the driver that has it, after its arguments changed.
 *
 * @return
 *   0 on success, -EEXIST if the driver does not do that, another negative errno
 *   value on error.
 */
int pci_mdev_attach_again(struct rte_pci_device *dev);

/**
 * Undo pci_mdev_attach().
 *
 * @return
 *   0 on success, a negative errno value if the driver keeps the device.
 */
int pci_mdev_detach(struct rte_pci_device *dev);

#endif /* PCI_MDEV_H */
