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

#endif /* TEST_MDEV_BUS_H */
