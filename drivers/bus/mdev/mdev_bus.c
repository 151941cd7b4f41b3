/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <bus_driver.h>
#include <rte_common.h>

#include "private.h"

/*
 * EAL's generic operations are not used: they know neither the lock of the list, nor
 * that a device which is neither allowed nor blocked must not be opened.
 */

static int
mdev_bus_probe(struct rte_bus *bus __rte_unused)
{
	return mdev_attach_all();
}

static int
mdev_bus_cleanup(struct rte_bus *bus __rte_unused)
{
	return mdev_cleanup();
}

static struct rte_device *
mdev_bus_find_device(const struct rte_bus *bus __rte_unused, const struct rte_device *start,
		     rte_dev_cmp_t cmp, const void *data)
{
	return mdev_find_device(start, cmp, data);
}

static int
mdev_probe_device(struct rte_driver *drv __rte_unused, struct rte_device *dev)
{
	return mdev_attach(dev);
}

static void *
mdev_dev_iterate(const struct rte_bus *bus __rte_unused, const void *start,
		 const char *str, const struct rte_dev_iterator *it __rte_unused)
{
	return mdev_match_devices(start, str);
}

struct rte_bus rte_mdev_bus = {
	.allow_multi_probe = true,
	.scan = mdev_scan,
	.probe = mdev_bus_probe,
	.cleanup = mdev_bus_cleanup,
	.find_device = mdev_bus_find_device,
	.match = mdev_match,
	.probe_device = mdev_probe_device,
	.unplug_device = mdev_detach,
	.parse = mdev_parse,
	.devargs_parse = mdev_devargs_parse,
	.dma_map = mdev_dma_map,
	.dma_unmap = mdev_dma_unmap,
	.get_iommu_class = mdev_get_iommu_class,
	.dev_iterate = mdev_dev_iterate,
	.hot_unplug_handler = mdev_hot_unplug_handler,
};

RTE_REGISTER_BUS(mdev, rte_mdev_bus);
