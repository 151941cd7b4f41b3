/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <sys/queue.h>

#include <bus_driver.h>
#include <rte_common.h>

#include "private.h"

static void *
mdev_dev_iterate(const void *start, const char *str,
		 const struct rte_dev_iterator *it __rte_unused)
{
	return mdev_match_devices(start, str);
}

struct rte_mdev_bus rte_mdev_bus = {
	.bus = {
		.scan = mdev_scan,
		.probe = mdev_attach_all,
		.cleanup = mdev_cleanup,
		.find_device = mdev_find_device,
		.plug = mdev_attach,
		.unplug = mdev_detach,
		.parse = mdev_parse,
		.devargs_parse = mdev_devargs_parse,
		.dma_map = mdev_dma_map,
		.dma_unmap = mdev_dma_unmap,
		.get_iommu_class = mdev_get_iommu_class,
		.dev_iterate = mdev_dev_iterate,
		.hot_unplug_handler = mdev_hot_unplug_handler,
	},
	.device_list = TAILQ_HEAD_INITIALIZER(rte_mdev_bus.device_list),
	.driver_list = TAILQ_HEAD_INITIALIZER(rte_mdev_bus.driver_list),
};

RTE_REGISTER_BUS(mdev, rte_mdev_bus.bus);
