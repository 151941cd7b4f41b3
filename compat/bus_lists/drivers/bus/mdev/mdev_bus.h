/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef MDEV_BUS_H
#define MDEV_BUS_H

#include <sys/queue.h>

#include <bus_driver.h>
#include <dev_driver.h>
#include <rte_common.h>

/* Before 26.07, every bus kept the lists of its devices and drivers itself. */
struct rte_mdev_bus {
	struct rte_bus bus;
	RTE_TAILQ_HEAD(, rte_device) device_list;
	RTE_TAILQ_HEAD(, rte_driver) driver_list;
};

extern struct rte_mdev_bus rte_mdev_bus;

static inline enum rte_bus_scan_mode
mdev_scan_mode(void)
{
	return rte_mdev_bus.bus.conf.scan_mode;
}

#define RTE_BUS_DRIVER(drv, bus_drv_type) \
	container_of(drv, typeof(bus_drv_type), driver)

static inline void
rte_bus_add_device(struct rte_mdev_bus *bus, struct rte_device *dev)
{
	TAILQ_INSERT_TAIL(&bus->device_list, dev, next);
	dev->bus = &bus->bus;
}

static inline void
rte_bus_remove_device(struct rte_mdev_bus *bus, struct rte_device *dev)
{
	TAILQ_REMOVE(&bus->device_list, dev, next);
	dev->bus = NULL;
}

static inline void
rte_bus_add_driver(struct rte_mdev_bus *bus, struct rte_driver *drv)
{
	TAILQ_INSERT_TAIL(&bus->driver_list, drv, next);
}

static inline void
rte_bus_remove_driver(struct rte_mdev_bus *bus, struct rte_driver *drv)
{
	TAILQ_REMOVE(&bus->driver_list, drv, next);
}

#endif /* MDEV_BUS_H */
