/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

#include <eal_export.h>
#include <rte_memory.h>
#include <rte_string_fns.h>

#include "private.h"

/**
 * @file
 * The list of devices, and who may change one of them.
 *
 * Threads of the application, of EAL and of drivers may look for devices while others
 * attach and detach them. A device stays in the list, and is not freed, until the bus
 * is cleaned up: so a pointer to one is valid, and leads to the next one, for as long.
 */

/*
 * Protects the lists of the bus, and the states of the devices. It is held for moments,
 * and never while a driver or the application is called.
 */
static pthread_mutex_t mdev_list_mutex = PTHREAD_MUTEX_INITIALIZER;

/*
 * Held by who walks the list in a thread that does not end before the bus is cleaned up,
 * and by the cleanup for each device that it frees. No driver is called meanwhile.
 */
static pthread_mutex_t mdev_hold_mutex = PTHREAD_MUTEX_INITIALIZER;

/*
 * A device and the structure of its driver that embeds the generic device. It belongs
 * to who allocated it until it is in the list, and then to the bus, whose cleanup frees
 * it.
 */
struct mdev_storage {
	struct rte_mdev_device mdev;
	enum mdev_state state;
	/* freed when there are newer ones: others may still read them */
	struct rte_devargs *old_devargs;
	max_align_t driver_data[];
};

static struct mdev_storage *
mdev_storage_of(const struct rte_mdev_device *mdev)
{
	return RTE_PTR_SUB(mdev, offsetof(struct mdev_storage, mdev));
}

struct rte_mdev_device *
mdev_alloc(const char *uuid, const char *name, struct rte_mdev_driver *driver)
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

	storage->state = MDEV_PRESENT;
	mdev = &storage->mdev;
	mdev->driver = driver;
	strlcpy(mdev->uuid, uuid, sizeof(mdev->uuid));
	strlcpy(mdev->name, name, sizeof(mdev->name));
	mdev->device = RTE_PTR_ADD(storage->driver_data, offset);
	mdev->device->name = mdev->name;
	mdev->device->numa_node = SOCKET_ID_ANY;

	return mdev;
}

void
mdev_free(struct rte_mdev_device *mdev)
{
	mdev_set_devargs(mdev, NULL);
	free(mdev_storage_of(mdev)->old_devargs);
	free(mdev->bus_info);
	free(mdev->parent_path);
	free(mdev_storage_of(mdev));
}

void
mdev_exchange_devargs(struct rte_mdev_device *mdev)
{
	struct mdev_storage *storage = mdev_storage_of(mdev);
	struct rte_devargs *old = storage->old_devargs;

	storage->old_devargs = mdev->device->devargs;
	mdev->device->devargs = old;
}

void
mdev_set_devargs(struct rte_mdev_device *mdev, struct rte_devargs *devargs)
{
	struct mdev_storage *storage = mdev_storage_of(mdev);

	free(storage->old_devargs);
	storage->old_devargs = devargs;
	mdev_exchange_devargs(mdev);
}

/*
 * The name of every generic device on this bus is the one stored in its
 * mediated device, and so leads back to it wherever the driver embedded the
 * generic device.
 */
struct rte_mdev_device *
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

static enum mdev_state
mdev_state_of(const struct rte_device *dev)
{
	return mdev_storage_of(mdev_of(dev))->state;
}

void
mdev_insert(struct rte_mdev_device *mdev)
{
	pthread_mutex_lock(&mdev_list_mutex);
	rte_bus_add_device(&rte_mdev_bus, mdev->device);
	pthread_mutex_unlock(&mdev_list_mutex);
}

void
mdev_remove(struct rte_mdev_device *mdev)
{
	pthread_mutex_lock(&mdev_list_mutex);
	rte_bus_remove_device(&rte_mdev_bus, mdev->device);
	pthread_mutex_unlock(&mdev_list_mutex);
}

void
mdev_hold_devices(void)
{
	pthread_mutex_lock(&mdev_hold_mutex);
}

void
mdev_release_devices(void)
{
	pthread_mutex_unlock(&mdev_hold_mutex);
}

static struct rte_device *
mdev_next_in(const struct rte_device *start, bool with_gone)
{
	struct rte_device *dev;

	pthread_mutex_lock(&mdev_list_mutex);
	dev = start != NULL ? TAILQ_NEXT(start, next) :
			TAILQ_FIRST(&rte_mdev_bus.device_list);
	while (dev != NULL && !with_gone && mdev_state_of(dev) == MDEV_GONE)
		dev = TAILQ_NEXT(dev, next);
	pthread_mutex_unlock(&mdev_list_mutex);

	return dev;
}

struct rte_device *
mdev_next_known(const struct rte_device *start)
{
	return mdev_next_in(start, true);
}

struct rte_device *
mdev_next(const struct rte_device *start)
{
	return mdev_next_in(start, false);
}

struct rte_mdev_device *
mdev_find(const struct rte_mdev_device *start, const char *uuid)
{
	struct rte_device *dev;

	pthread_mutex_lock(&mdev_list_mutex);
	dev = start != NULL ? TAILQ_NEXT(start->device, next) :
			TAILQ_FIRST(&rte_mdev_bus.device_list);
	while (dev != NULL && strcmp(mdev_of(dev)->uuid, uuid) != 0)
		dev = TAILQ_NEXT(dev, next);
	pthread_mutex_unlock(&mdev_list_mutex);

	return dev != NULL ? mdev_of(dev) : NULL;
}

bool
mdev_is_in_use(const struct rte_mdev_device *mdev)
{
	enum mdev_state state;

	pthread_mutex_lock(&mdev_list_mutex);
	state = mdev_storage_of(mdev)->state;
	pthread_mutex_unlock(&mdev_list_mutex);

	return state == MDEV_CHANGING || state == MDEV_ATTACHED;
}

int
mdev_begin(struct rte_mdev_device *mdev, enum mdev_state from)
{
	static const int error[] = {
		[MDEV_GONE] = -ENODEV,
		[MDEV_PRESENT] = -ENOENT,
		[MDEV_CHANGING] = -EBUSY,
		[MDEV_ATTACHED] = -EEXIST,
	};
	struct mdev_storage *storage = mdev_storage_of(mdev);
	int ret = 0;

	pthread_mutex_lock(&mdev_list_mutex);
	if (storage->state == from)
		storage->state = MDEV_CHANGING;
	else
		ret = error[storage->state];
	pthread_mutex_unlock(&mdev_list_mutex);

	if (ret == -EBUSY)
		MDEV_LOG(ERR, "%s: another thread attaches or detaches the device, try again",
			 mdev->name);
	else if (ret != 0)
		MDEV_LOG(INFO, "%s: cannot be %s now: %s", mdev->name,
			 from == MDEV_PRESENT ? "attached" : "detached", strerror(-ret));

	return ret;
}

void
mdev_end(struct rte_mdev_device *mdev, enum mdev_state to)
{
	pthread_mutex_lock(&mdev_list_mutex);
	mdev_storage_of(mdev)->state = to;
	pthread_mutex_unlock(&mdev_list_mutex);
}

bool
mdev_set_present(struct rte_mdev_device *mdev, bool present)
{
	struct mdev_storage *storage = mdev_storage_of(mdev);
	bool idle;

	pthread_mutex_lock(&mdev_list_mutex);
	idle = storage->state == MDEV_GONE || storage->state == MDEV_PRESENT;
	if (idle)
		storage->state = present ? MDEV_PRESENT : MDEV_GONE;
	pthread_mutex_unlock(&mdev_list_mutex);

	return idle;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_register)
void
rte_mdev_register(struct rte_mdev_driver *driver)
{
	pthread_mutex_lock(&mdev_list_mutex);
	rte_bus_add_driver(&rte_mdev_bus, &driver->driver);
	pthread_mutex_unlock(&mdev_list_mutex);
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_unregister)
void
rte_mdev_unregister(struct rte_mdev_driver *driver)
{
	pthread_mutex_lock(&mdev_list_mutex);
	rte_bus_remove_driver(&rte_mdev_bus, &driver->driver);
	pthread_mutex_unlock(&mdev_list_mutex);
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

	pthread_mutex_lock(&mdev_list_mutex);
	TAILQ_FOREACH(drv, &rte_mdev_bus.driver_list, next) {
		struct rte_mdev_driver *driver = RTE_BUS_DRIVER(drv, *driver);
		enum mdev_match_rank rank;

		rank = mdev_driver_rank(driver, device_api, mdev_type);
		if (rank > best_rank) {
			best = driver;
			best_rank = rank;
		}
	}
	pthread_mutex_unlock(&mdev_list_mutex);

	return best;
}
