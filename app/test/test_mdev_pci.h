/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_PCI_H
#define TEST_MDEV_PCI_H

/**
 * @file
 * Checks of mediated devices by functions of the PCI bus that not all releases
 * of DPDK have.
 */

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>

#include <rte_bus_pci.h>

#include "test.h"

/* Read a dword of a BAR, mapped or not. */
static inline int
mdev_check_mmio_read(const struct rte_pci_device *dev, int bar, uint64_t offset,
		     uint32_t expected)
{
	uint32_t value = ~expected;

	TEST_ASSERT_EQUAL(rte_pci_mmio_read(dev, bar, &value, sizeof(value), offset),
			  (int)sizeof(value), "cannot read BAR %d at %#" PRIx64, bar, offset);
	TEST_ASSERT_EQUAL(value, expected, "BAR %d at %#" PRIx64 " is %#x, not %#x",
			  bar, offset, value, expected);

	return TEST_SUCCESS;
}

/* Write a dword of a BAR that can be written. */
static inline int
mdev_check_mmio_write(const struct rte_pci_device *dev, int bar, uint64_t offset, uint32_t value)
{
	TEST_ASSERT_EQUAL(rte_pci_mmio_write(dev, bar, &value, sizeof(value), offset),
			  (int)sizeof(value), "cannot write BAR %d at %#" PRIx64, bar, offset);

	return mdev_check_mmio_read(dev, bar, offset, value);
}

/* Nothing is beyond the end of a BAR. */
static inline int
mdev_check_mmio_end(const struct rte_pci_device *dev, int bar, uint64_t size)
{
	uint32_t value = 0;

	TEST_ASSERT(rte_pci_mmio_read(dev, bar, &value, sizeof(value), size) < 0,
		    "read BAR %d beyond its end", bar);
	TEST_ASSERT(rte_pci_mmio_write(dev, bar, &value, sizeof(value), size) < 0,
		    "wrote BAR %d beyond its end", bar);

	return TEST_SUCCESS;
}

/* Is a capability in the first 256 bytes of the configuration space, or not? */
static inline int
mdev_check_capability(const struct rte_pci_device *dev, uint8_t id, bool expected)
{
	TEST_ASSERT_EQUAL((rte_pci_find_capability(dev, id) > 0), expected,
			  "capability %#x is %sthere", id, expected ? "not " : "");

	return TEST_SUCCESS;
}

#endif /* TEST_MDEV_PCI_H */
