/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_BUS_H
#define TEST_MDEV_BUS_H

/**
 * @file
 * Operations of a bus as EAL called them before 26.07.
 */

#include <bus_driver.h>
#include <dev_driver.h>
#include <rte_common.h>

static inline int
mdev_bus_probe(struct rte_bus *bus)
{
	return bus->probe();
}

static inline int
mdev_bus_cleanup(struct rte_bus *bus)
{
	return bus->cleanup();
}

static inline int
mdev_bus_attach(struct rte_device *dev)
{
	return dev->bus->plug(dev);
}

static inline int
mdev_bus_detach(struct rte_device *dev)
{
	return dev->bus->unplug(dev);
}

/* What a bus must have, even without devices. */
static inline int
mdev_no_probe(void)
{
	return 0;
}

static inline struct rte_device *
mdev_no_device(const struct rte_device *start __rte_unused, rte_dev_cmp_t cmp __rte_unused,
	       const void *data __rte_unused)
{
	return NULL;
}

#endif /* TEST_MDEV_BUS_H */
