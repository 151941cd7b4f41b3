/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <dev_vfio.h>
#include <eal_export.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_lcore.h>
#include <rte_stdatomic.h>
#include <rte_string_fns.h>

#include "private.h"

bool
mdev_match(const struct rte_driver *drv, const struct rte_device *dev)
{
	const struct rte_mdev_driver *driver = mdev_of(dev)->driver;

	return driver != NULL && &driver->driver == drv;
}

/*
 * Whatever led here, a device is not opened unless the user wants it now. Like one that
 * its driver does not support, it is left alone otherwise.
 */
static int
mdev_check(const struct rte_mdev_device *mdev, const struct rte_devargs *devargs)
{
	const struct rte_mdev_driver *driver = mdev->driver;
	char stray[RTE_UUID_STRLEN];

	if (driver == NULL)
		return 1;

	if (!mdev_is_allowed(mdev)) {
		MDEV_LOG(DEBUG, "%s: not to be used, device left alone", mdev->name);
		return 1;
	}

	if (devargs != NULL && mdev_find_stray(devargs->args, stray)) {
		MDEV_LOG(ERR, "%s: device %s is among its arguments, name each with an option of its own",
			 mdev->name, stray);
		return -EINVAL;
	}

	if ((driver->drv_flags & RTE_MDEV_DRV_NEED_IOVA_AS_VA) != 0 &&
			rte_eal_iova_mode() != RTE_IOVA_VA) {
		MDEV_LOG(ERR, "%s: driver %s needs IOVA as VA, start with --iova-mode=va",
			 mdev->name, driver->driver.name);
		return -EINVAL;
	}

	return 0;
}

/* Any thread may ask EAL meanwhile whether the device is probed. */
static void
mdev_set_driver(struct rte_mdev_device *mdev, const struct rte_driver *driver)
{
	rte_atomic_store_explicit((RTE_ATOMIC(const struct rte_driver *) *)&mdev->device->driver,
				  driver, rte_memory_order_release);
}

/* From now on nobody names the device: the next attachment brings its own arguments. */
static void
mdev_forget_devargs(struct rte_mdev_device *mdev)
{
	struct rte_devargs key = { .bus = rte_bus_find_by_name(MDEV_BUS_NAME) };

	strlcpy(key.name, mdev->name, sizeof(key.name));
	rte_devargs_remove(&key);
}

/*
 * What the driver answers. -EEXIST is the bus's own word for a device that is attached
 * already, and no failure for EAL: a driver has another reason.
 */
static int
mdev_call_probe(struct rte_mdev_device *mdev)
{
	int ret = mdev->driver->probe(mdev->driver, mdev);

	if (ret != -EEXIST)
		return ret;

	MDEV_LOG(ERR, "%s: driver %s: %s", mdev->name, mdev->driver->driver.name,
		 strerror(-ret));

	return -EBUSY;
}

/* Let the driver take the device into use, which no other thread does meanwhile. */
static int
mdev_probe(struct rte_mdev_device *mdev)
{
	const struct rte_devargs *devargs = mdev_find_devargs(mdev->name);
	struct mdev_record *record;
	struct rte_devargs *copy;
	int ret;

	ret = mdev_check(mdev, devargs);
	if (ret == 0)
		ret = mdev_copy_devargs(devargs, &copy);
	if (ret != 0)
		return ret;
	mdev_set_devargs(mdev, copy);

	ret = mdev_record_begin(mdev, &record);
	if (ret != 0)
		goto no_devargs;

	if (mdev->device->numa_node < 0 && rte_socket_count() > 1)
		MDEV_LOG(INFO, "Device %s is not NUMA-aware", mdev->name);
	MDEV_LOG(INFO, "Probe mdev driver: %s device: %s (%s)",
		 mdev->driver->driver.name, mdev->name, mdev->bus_info);

	/* the drivers of other buses that it may lead to expect to find a driver here */
	mdev_set_driver(mdev, &mdev->driver->driver);
	ret = mdev_call_probe(mdev);
	mdev_record_end(record, ret == 0);
	if (ret == 0)
		return 0;
	mdev_set_driver(mdev, NULL);

no_devargs:
	mdev_set_devargs(mdev, NULL);
	return ret;
}

/* Let the driver take other arguments of a device in use, which keeps its own otherwise. */
static int
mdev_probe_again(struct rte_mdev_device *mdev)
{
	const struct rte_devargs *devargs = mdev_find_devargs(mdev->name);
	struct rte_devargs *copy;
	int ret;

	ret = mdev_check(mdev, devargs);
	if (ret == 0)
		ret = mdev_copy_devargs(devargs, &copy);
	if (ret != 0)
		return ret;

	mdev_set_devargs(mdev, copy);
	ret = mdev->driver->probe_again(mdev->driver, mdev);
	if (ret != 0)
		mdev_exchange_devargs(mdev);

	return ret;
}

static int
mdev_attach_again(struct rte_mdev_device *mdev)
{
	int ret;

	ret = mdev_begin(mdev, MDEV_ATTACHED);
	if (ret != 0)
		return ret;

	ret = mdev_probe_again(mdev);
	mdev_end(mdev, MDEV_ATTACHED);

	return ret;
}

/*
 * The primary process gives up a device first, and then asks for the same in all. What it
 * asked while the device was being attached here could not be done.
 */
static int
mdev_check_record(struct rte_mdev_device *mdev)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY ||
			mdev_record_number(mdev->uuid) == mdev->number)
		return 0;

	MDEV_LOG(ERR, "%s: the primary process has just detached the device", mdev->name);
	mdev_detach(mdev->device);

	return -ENODEV;
}

/* Attach a device that is present, or present other arguments to the driver that has it. */
static int
mdev_take(struct rte_mdev_device *mdev)
{
	int ret;

	ret = mdev_begin(mdev, MDEV_PRESENT);
	if (ret == -EEXIST && mdev->driver->probe_again != NULL)
		return mdev_attach_again(mdev);
	if (ret != 0)
		return ret;

	ret = mdev_probe(mdev);
	mdev_end(mdev, ret == 0 ? MDEV_ATTACHED : MDEV_PRESENT);

	return ret == 0 ? mdev_check_record(mdev) : ret;
}

int
mdev_attach(struct rte_device *dev)
{
	struct rte_mdev_device *mdev = mdev_of(dev);
	int ret;

	ret = mdev_take(mdev);
	/* it was named this once, and stays blocked otherwise */
	if (ret != 0 && !mdev_is_in_use(mdev) && mdev_was_blocked(mdev->uuid))
		mdev_forget_devargs(mdev);

	return ret;
}

/* The devices of a secondary process are those of its primary process, named or not. */
static void
mdev_check_names(void)
{
	char uuid[RTE_UUID_STRLEN];
	char name[RTE_UUID_STRLEN];
	struct rte_devargs *devargs;
	struct mdev_alias alias;

	RTE_EAL_DEVARGS_FOREACH(MDEV_BUS_NAME, devargs) {
		if (devargs->policy != RTE_DEV_ALLOWED)
			continue;
		if (mdev_resolve(devargs->name, uuid) != 0 || !mdev_record_name(uuid, name))
			MDEV_LOG(ERR, "%s: the primary process does not use this device, attach it there",
				 mdev_name_given(devargs));
		else if (mdev_read_alias(devargs, &alias) && strcmp(alias.name, name) != 0)
			MDEV_LOG(ERR, "%s: the primary process has named this device %s, so it is %s here",
				 alias.name, name, name);
	}
}

int
mdev_attach_all(void)
{
	size_t probed = 0, failed = 0;
	struct rte_device *dev = NULL;
	int ret;

	/* what the primary process uses was not known at the first scan */
	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		mdev_check_names();
		mdev_scan();
	}

	while ((dev = mdev_next(dev)) != NULL) {
		/* for these there is nothing new */
		if (mdev_is_in_use(mdev_of(dev)))
			continue;
		probed++;
		ret = mdev_take(mdev_of(dev));
		/* another thread may have attached it meanwhile */
		if (ret >= 0 || ret == -EEXIST)
			continue;
		MDEV_LOG(ERR, "Failed to probe device %s", dev->name);
		rte_errno = -ret;
		failed++;
	}

	return probed != 0 && probed == failed ? -1 : 0;
}

int
mdev_detach(struct rte_device *dev)
{
	struct rte_mdev_device *mdev = mdev_of(dev);
	struct mdev_record *record;
	int ret;

	ret = mdev_begin(mdev, MDEV_ATTACHED);
	if (ret != 0)
		return ret;

	MDEV_LOG(DEBUG, "Driver %s removes device %s",
		 mdev->driver->driver.name, dev->name);

	/* from now on, no process that starts takes it */
	record = mdev_record_take(mdev->uuid);
	ret = mdev->driver->remove(mdev);
	mdev_record_end(record, ret != 0);
	if (ret == 0) {
		mdev_set_driver(mdev, NULL);
		mdev_set_devargs(mdev, NULL);
		mdev_forget_devargs(mdev);
	}
	mdev_end(mdev, ret == 0 ? MDEV_PRESENT : MDEV_ATTACHED);

	return ret;
}

int
mdev_cleanup(void)
{
	struct rte_device *dev, *next;
	int error = 0;
	int ret;

	for (dev = mdev_next_known(NULL); dev != NULL; dev = next) {
		next = mdev_next_known(dev);
		mdev_of(dev)->ending = true;
		ret = mdev_is_in_use(mdev_of(dev)) ? mdev_detach(dev) : 0;
		if (ret != 0) {
			/* its driver still uses it */
			rte_errno = -ret;
			error = -1;
			continue;
		}
		mdev_forget_devargs(mdev_of(dev));
		mdev_hold_devices();
		mdev_remove(mdev_of(dev));
		mdev_free(mdev_of(dev));
		mdev_release_devices();
	}
	mdev_forget_blocked();
	mdev_forget_aliases();
	mdev_forget_told();

	return error;
}

struct rte_device *
mdev_find_device(const struct rte_device *start, rte_dev_cmp_t cmp, const void *data)
{
	struct rte_device *dev;

	for (dev = mdev_next(start); dev != NULL; dev = mdev_next(dev)) {
		if (cmp(dev, data) == 0)
			break;
	}

	return dev;
}

int
mdev_dma_map(struct rte_device *dev, void *addr, uint64_t iova, size_t len)
{
	struct rte_mdev_device *mdev = mdev_of(dev);

	if (mdev->driver->dma_map != NULL)
		return mdev->driver->dma_map(mdev, addr, iova, len);

	return dev_vfio_container_dma_map(DEV_VFIO_DEFAULT_CONTAINER_FD,
					  (uintptr_t)addr, iova, len);
}

int
mdev_dma_unmap(struct rte_device *dev, void *addr, uint64_t iova, size_t len)
{
	struct rte_mdev_device *mdev = mdev_of(dev);

	if (mdev->driver->dma_unmap != NULL)
		return mdev->driver->dma_unmap(mdev, addr, iova, len);

	return dev_vfio_container_dma_unmap(DEV_VFIO_DEFAULT_CONTAINER_FD,
					    (uintptr_t)addr, iova, len);
}

/* Find a bus that wants physical addresses: 0 if it is one, as strcmp() does. */
static int
mdev_compare_wants_pa(const struct rte_bus *bus, const void *self)
{
	return bus == self || bus->get_iommu_class == NULL ||
		bus->get_iommu_class() != RTE_IOVA_PA;
}

/*
 * Mediated devices see memory through the type 1 mapping of their container,
 * which takes any IOVA. Some drivers take virtual addresses only, and those of
 * another bus are not known before the device is open: prefer these addresses.
 * But unless a driver is known to insist, leave the choice to the buses whose
 * devices have no such freedom.
 */
enum rte_iova_mode
mdev_get_iommu_class(void)
{
	const struct rte_bus *self = rte_bus_find_by_name(MDEV_BUS_NAME);
	struct rte_device *dev = NULL;
	bool has_device = false;

	while ((dev = mdev_next(dev)) != NULL) {
		const struct rte_mdev_driver *driver = mdev_of(dev)->driver;

		if (driver == NULL)
			continue;
		if ((driver->drv_flags & RTE_MDEV_DRV_NEED_IOVA_AS_VA) != 0)
			return RTE_IOVA_VA;
		has_device = true;
	}

	if (!has_device || rte_bus_find(NULL, mdev_compare_wants_pa, self) != NULL)
		return RTE_IOVA_DC;

	return RTE_IOVA_VA;
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
