/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef TEST_MDEV_BUS_H
#define TEST_MDEV_BUS_H

/**
 * @file
 * Operations of a bus as EAL calls them, which differ between the releases of DPDK.
 */

#include <errno.h>

#include <bus_driver.h>
#include <dev_driver.h>
#include <rte_common.h>

static inline int
mdev_bus_probe(struct rte_bus *bus)
{
	return bus->probe(bus);
}

static inline int
mdev_bus_cleanup(struct rte_bus *bus)
{
	return bus->cleanup(bus);
}

static inline int
mdev_bus_attach(struct rte_device *dev)
{
	struct rte_driver *drv = rte_bus_find_driver(dev->bus, NULL, dev);

	return drv != NULL ? dev->bus->probe_device(drv, dev) : -ENOTSUP;
}

static inline int
mdev_bus_detach(struct rte_device *dev)
{
	return dev->bus->unplug_device(dev);
}

/* What a bus must have, even without devices. */
static inline int
mdev_no_probe(struct rte_bus *bus __rte_unused)
{
	return 0;
}

static inline struct rte_device *
mdev_no_device(const struct rte_bus *bus __rte_unused, const struct rte_device *start __rte_unused,
	       rte_dev_cmp_t cmp __rte_unused, const void *data __rte_unused)
{
	return NULL;
}

#endif /* TEST_MDEV_BUS_H */
