/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <bus_driver.h>
#include <rte_common.h>

#include "private.h"

static int
mdev_bus_scan(void)
{
	return mdev_scan(rte_mdev_bus.conf.scan_mode);
}

static void *
mdev_dev_iterate(const struct rte_bus *bus __rte_unused, const void *start,
		 const char *str, const struct rte_dev_iterator *it __rte_unused)
{
	return mdev_match_devices(start, str);
}

struct rte_bus rte_mdev_bus = {
	.scan = mdev_bus_scan,
	.probe = rte_bus_generic_probe,
	.free_device = mdev_free_device,
	.cleanup = rte_bus_generic_cleanup,
	.find_device = rte_bus_generic_find_device,
	.match = mdev_match,
	.probe_device = mdev_probe_device,
	.unplug_device = mdev_unplug_device,
	.parse = mdev_parse,
	.devargs_parse = mdev_devargs_parse,
	.dma_map = mdev_dma_map,
	.dma_unmap = mdev_dma_unmap,
	.get_iommu_class = mdev_get_iommu_class,
	.dev_iterate = mdev_dev_iterate,
	.hot_unplug_handler = mdev_hot_unplug_handler,
};

RTE_REGISTER_BUS(mdev, rte_mdev_bus);
