/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>

#include <dev_vfio.h>
#include <eal_export.h>
#include <rte_errno.h>

#include "private.h"

/* held while VFIO is enabled, which EAL does once, but for what was loaded later */
static pthread_mutex_t mdev_enable_mutex = PTHREAD_MUTEX_INITIALIZER;

/* EAL gives VFIO its memory at start-up only. */
static bool
mdev_enable_vfio(void)
{
	static bool without_memory;

	if (!dev_vfio_is_enabled()) {
		dev_vfio_enable();
		without_memory = dev_vfio_is_enabled();
	}
	if (without_memory && dev_vfio_init_mem() == 0)
		without_memory = false;

	return dev_vfio_is_enabled() && !without_memory;
}

/* Mediated devices need VFIO, but not the kernel module vfio_pci. */
static bool
mdev_vfio_is_enabled(void)
{
	bool enabled;

	pthread_mutex_lock(&mdev_enable_mutex);
	enabled = mdev_enable_vfio();
	pthread_mutex_unlock(&mdev_enable_mutex);

	return enabled;
}

static int
mdev_find_group_file(const struct rte_mdev_device *dev, struct mdev_vfio_file *file)
{
	int group;

	if (dev_vfio_get_group_num(dev->parent_path, dev->uuid, &group) != 0)
		return -ENODEV;

	snprintf(file->path, sizeof(file->path), "/dev/vfio/%d", group);
	snprintf(file->number_path, sizeof(file->number_path), "/sys/class/vfio/%d/dev", group);

	return 0;
}

static int
mdev_find_device_file(const struct rte_mdev_device *dev, struct mdev_vfio_file *file)
{
	int number;

	if (dev_vfio_get_device_num(dev->parent_path, dev->uuid, &number) != 0)
		return -ENODEV;

	snprintf(file->path, sizeof(file->path), "/dev/vfio/devices/vfio%d", number);
	snprintf(file->number_path, sizeof(file->number_path),
		 "/sys/class/vfio-dev/vfio%d/dev", number);

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_open)
int
rte_mdev_vfio_open(const struct rte_mdev_device *dev, int *dev_fd)
{
	struct mdev_vfio_file file;
	int ret;

	if (!mdev_vfio_is_enabled()) {
		mdev_explain_disabled(dev);
		return -ENOTSUP;
	}

	if (dev_vfio_get_mode() == DEV_VFIO_MODE_CDEV)
		ret = mdev_find_device_file(dev, &file);
	else
		ret = mdev_find_group_file(dev, &file);
	if (ret != 0) {
		mdev_explain_no_file(dev);
		return ret;
	}

	ret = mdev_check_file(dev, &file);
	if (ret != 0)
		return ret;

	rte_errno = 0;
	if (dev_vfio_setup_device(dev->parent_path, dev->uuid, dev_fd) != 0)
		return mdev_explain_failure(dev, &file);

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_close)
void
rte_mdev_vfio_close(const struct rte_mdev_device *dev, int dev_fd)
{
	dev_vfio_release_device(dev->parent_path, dev->uuid, dev_fd);
}
