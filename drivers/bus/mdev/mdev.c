/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <eal_export.h>
#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_memory.h>
#include <rte_string_fns.h>
#include <rte_vfio.h>

#include "private.h"

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_register)
void
rte_mdev_register(struct rte_mdev_driver *driver)
{
	rte_bus_add_driver(&rte_mdev_bus, &driver->driver);
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_unregister)
void
rte_mdev_unregister(struct rte_mdev_driver *driver)
{
	rte_bus_remove_driver(&rte_mdev_bus, &driver->driver);
}

enum mdev_match_rank {
	MDEV_MATCH_NONE,
	MDEV_MATCH_API,
	MDEV_MATCH_TYPE,
};

static enum mdev_match_rank
mdev_driver_rank(const struct rte_mdev_driver *driver, const char *device_api,
		 const char *mdev_type)
{
	enum mdev_match_rank rank = MDEV_MATCH_NONE;
	const struct rte_mdev_id *id;

	for (id = driver->id_table; id->device_api != NULL; id++) {
		if (strcmp(id->device_api, device_api) != 0)
			continue;
		if (id->mdev_type == NULL)
			rank = MDEV_MATCH_API;
		else if (strcmp(id->mdev_type, mdev_type) == 0)
			return MDEV_MATCH_TYPE;
	}

	return rank;
}

struct rte_mdev_driver *
mdev_find_driver(const char *device_api, const char *mdev_type)
{
	struct rte_mdev_driver *best = NULL;
	enum mdev_match_rank best_rank = MDEV_MATCH_NONE;
	struct rte_driver *drv;

	TAILQ_FOREACH(drv, &rte_mdev_bus.driver_list, next) {
		struct rte_mdev_driver *driver = RTE_BUS_DRIVER(drv, *driver);
		enum mdev_match_rank rank;

		rank = mdev_driver_rank(driver, device_api, mdev_type);
		if (rank > best_rank) {
			best = driver;
			best_rank = rank;
		}
	}

	return best;
}

/* A device and the structure of its driver that embeds the generic device. */
struct mdev_storage {
	struct rte_mdev_device mdev;
	max_align_t driver_data[];
};

struct rte_mdev_device *
mdev_alloc(const char *uuid, struct rte_mdev_driver *driver)
{
	size_t size = sizeof(struct rte_device);
	struct mdev_storage *storage;
	struct rte_mdev_device *mdev;
	size_t offset = 0;

	if (driver != NULL && driver->device_size != 0) {
		size = driver->device_size;
		offset = driver->device_offset;
	}

	storage = calloc(1, sizeof(*storage) + size);
	if (storage == NULL)
		return NULL;

	mdev = &storage->mdev;
	mdev->driver = driver;
	strlcpy(mdev->name, uuid, sizeof(mdev->name));
	mdev->device = RTE_PTR_ADD(storage->driver_data, offset);
	mdev->device->name = mdev->name;
	mdev->device->numa_node = SOCKET_ID_ANY;

	return mdev;
}

void
mdev_free(struct rte_mdev_device *mdev)
{
	free(mdev->bus_info);
	free(mdev->parent_path);
	free(mdev);
}

/*
 * The name of every generic device on this bus is the one stored in its
 * mediated device, and so leads back to it wherever the driver embedded the
 * generic device.
 */
static struct rte_mdev_device *
mdev_of(const struct rte_device *dev)
{
	return RTE_PTR_SUB(dev->name, offsetof(struct rte_mdev_device, name));
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_from_device)
struct rte_mdev_device *
rte_mdev_from_device(const struct rte_device *dev)
{
	if (dev->bus == NULL || strcmp(rte_bus_name(dev->bus), MDEV_BUS_NAME) != 0)
		return NULL;

	return mdev_of(dev);
}

struct rte_mdev_device *
mdev_find(const char *uuid)
{
	struct rte_device *dev;

	TAILQ_FOREACH(dev, &rte_mdev_bus.device_list, next) {
		if (strcmp(dev->name, uuid) == 0)
			return mdev_of(dev);
	}

	return NULL;
}

bool
mdev_match(const struct rte_driver *drv, const struct rte_device *dev)
{
	const struct rte_mdev_driver *driver = mdev_of(dev)->driver;

	return driver != NULL && &driver->driver == drv;
}

int
mdev_probe_device(struct rte_driver *drv, struct rte_device *dev)
{
	struct rte_mdev_driver *driver = RTE_BUS_DRIVER(drv, *driver);
	struct rte_mdev_device *mdev = mdev_of(dev);

	if (dev->numa_node < 0 && rte_socket_count() > 1)
		MDEV_LOG(INFO, "Device %s is not NUMA-aware", dev->name);

	if ((driver->drv_flags & RTE_MDEV_DRV_NEED_IOVA_AS_VA) != 0 &&
			rte_eal_iova_mode() != RTE_IOVA_VA) {
		MDEV_LOG(ERR, "%s: driver %s needs IOVA as VA, start with --iova-mode=va",
			 dev->name, drv->name);
		return -EINVAL;
	}

	MDEV_LOG(INFO, "Probe mdev driver: %s device: %s (%s)", drv->name,
		 dev->name, mdev->bus_info);

	return driver->probe(driver, mdev);
}

int
mdev_unplug_device(struct rte_device *dev)
{
	struct rte_mdev_device *mdev = mdev_of(dev);
	int ret;

	MDEV_LOG(DEBUG, "Driver %s removes device %s",
		 mdev->driver->driver.name, dev->name);

	ret = mdev->driver->remove(mdev);
	if (ret != 0)
		return ret;

	/* the next attachment brings its own */
	rte_devargs_remove(dev->devargs);
	dev->devargs = NULL;

	return 0;
}

void
mdev_free_device(struct rte_device *dev)
{
	mdev_free(mdev_of(dev));
}

int
mdev_dma_map(struct rte_device *dev, void *addr, uint64_t iova, size_t len)
{
	struct rte_mdev_device *mdev = mdev_of(dev);

	if (mdev->driver->dma_map != NULL)
		return mdev->driver->dma_map(mdev, addr, iova, len);

	return rte_vfio_container_dma_map(RTE_VFIO_DEFAULT_CONTAINER_FD,
					  (uintptr_t)addr, iova, len);
}

int
mdev_dma_unmap(struct rte_device *dev, void *addr, uint64_t iova, size_t len)
{
	struct rte_mdev_device *mdev = mdev_of(dev);

	if (mdev->driver->dma_unmap != NULL)
		return mdev->driver->dma_unmap(mdev, addr, iova, len);

	return rte_vfio_container_dma_unmap(RTE_VFIO_DEFAULT_CONTAINER_FD,
					    (uintptr_t)addr, iova, len);
}

/*
 * Mediated devices see memory through the type 1 mapping of their container,
 * which takes any IOVA: unless a driver insists, leave the choice to the buses
 * whose devices have no such freedom.
 */
enum rte_iova_mode
mdev_get_iommu_class(void)
{
	struct rte_device *dev;

	TAILQ_FOREACH(dev, &rte_mdev_bus.device_list, next) {
		const struct rte_mdev_driver *driver = mdev_of(dev)->driver;

		if (driver != NULL &&
				(driver->drv_flags & RTE_MDEV_DRV_NEED_IOVA_AS_VA) != 0)
			return RTE_IOVA_VA;
	}

	return RTE_IOVA_DC;
}

/*
 * The kernel keeps a device until user space released it: telling is enough.
 * It tells us twice, before it waits for that and after.
 */
int
mdev_hot_unplug_handler(struct rte_device *dev)
{
	if (rte_dev_is_probed(dev))
		rte_dev_event_callback_process(dev->name, RTE_DEV_EVENT_REMOVE);

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(mdev_bus_logtype)
RTE_LOG_REGISTER_DEFAULT(mdev_bus_logtype, NOTICE);
