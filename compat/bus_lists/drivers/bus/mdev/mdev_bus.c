/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <sys/queue.h>

#include <bus_driver.h>
#include <rte_common.h>
#include <rte_errno.h>

#include "private.h"

static int
mdev_bus_scan(void)
{
	return mdev_scan(rte_mdev_bus.bus.conf.scan_mode);
}

static int
mdev_plug(struct rte_device *dev)
{
	struct rte_mdev_device *mdev = rte_mdev_from_device(dev);
	int ret;

	if (rte_dev_is_probed(dev)) {
		MDEV_LOG(INFO, "Device %s is already probed", dev->name);
		return -EEXIST;
	}

	if (mdev->driver == NULL)
		return 1;

	dev->driver = &mdev->driver->driver;
	ret = mdev_probe_device(&mdev->driver->driver, dev);
	if (ret != 0)
		dev->driver = NULL;

	return ret;
}

static int
mdev_bus_probe(void)
{
	size_t probed = 0, failed = 0;
	struct rte_device *dev;
	int ret;

	TAILQ_FOREACH(dev, &rte_mdev_bus.device_list, next) {
		probed++;
		ret = mdev_plug(dev);
		if (ret >= 0 || ret == -EEXIST)
			continue;
		MDEV_LOG(ERR, "Failed to probe device %s", dev->name);
		rte_errno = -ret;
		failed++;
	}

	return probed != 0 && probed == failed ? -1 : 0;
}

static int
mdev_unplug(struct rte_device *dev)
{
	int ret;

	ret = mdev_unplug_device(dev);
	if (ret != 0)
		return ret;

	dev->driver = NULL;

	return 0;
}

static int
mdev_cleanup(void)
{
	struct rte_device *dev, *next;
	int error = 0;
	int ret;

	for (dev = TAILQ_FIRST(&rte_mdev_bus.device_list); dev != NULL; dev = next) {
		next = TAILQ_NEXT(dev, next);
		if (rte_dev_is_probed(dev)) {
			ret = mdev_unplug_device(dev);
			if (ret < 0) {
				rte_errno = -ret;
				error = -1;
			}
		}
		rte_bus_remove_device(&rte_mdev_bus, dev);
		rte_devargs_remove(dev->devargs);
		mdev_free_device(dev);
	}

	return error;
}

static struct rte_device *
mdev_find_device(const struct rte_device *start, rte_dev_cmp_t cmp, const void *data)
{
	struct rte_device *dev;

	dev = start != NULL ? TAILQ_NEXT(start, next) :
			TAILQ_FIRST(&rte_mdev_bus.device_list);
	while (dev != NULL && cmp(dev, data) != 0)
		dev = TAILQ_NEXT(dev, next);

	return dev;
}

static void *
mdev_dev_iterate(const void *start, const char *str,
		 const struct rte_dev_iterator *it __rte_unused)
{
	return mdev_match_devices(start, str);
}

struct rte_mdev_bus rte_mdev_bus = {
	.bus = {
		.scan = mdev_bus_scan,
		.probe = mdev_bus_probe,
		.cleanup = mdev_cleanup,
		.find_device = mdev_find_device,
		.plug = mdev_plug,
		.unplug = mdev_unplug,
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
