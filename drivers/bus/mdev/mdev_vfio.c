/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <eal_export.h>
#include <rte_eal.h>
#include <rte_vfio.h>

#include "private.h"

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_is_enabled)
int
rte_mdev_vfio_is_enabled(void)
{
	if (!rte_vfio_is_enabled("vfio"))
		rte_vfio_enable("vfio");

	return rte_vfio_is_enabled("vfio");
}

static bool
mdev_module_is_loaded(const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "/sys/module/%s", name);

	return access(path, F_OK) == 0;
}

static int
mdev_check_vfio(const struct rte_mdev_device *dev)
{
	static const char * const modules[] = { "vfio", "vfio_iommu_type1" };
	unsigned int i;

	if (rte_mdev_vfio_is_enabled())
		return 0;

	for (i = 0; i < RTE_DIM(modules); i++) {
		if (!mdev_module_is_loaded(modules[i])) {
			MDEV_LOG(ERR, "%s: kernel module %s is not loaded, run: modprobe %s",
				 dev->name, modules[i], modules[i]);
			return -ENOTSUP;
		}
	}
	MDEV_LOG(ERR, "%s: VFIO could not be enabled, check the rights on /dev/vfio/vfio",
		 dev->name);

	return -ENOTSUP;
}

/*
 * EAL tells only that a group cannot be opened: ask the kernel why. A group
 * can be opened once, so the try must not stay open.
 */
static int
mdev_diagnose(const struct rte_mdev_device *dev, int group)
{
	char path[PATH_MAX];
	int fd;

	/* the group of a secondary process is the one that the primary opened */
	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		MDEV_LOG(ERR, "%s: the primary process does not use this device", dev->name);
		return -EIO;
	}

	snprintf(path, sizeof(path), "/dev/vfio/%d", group);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd >= 0) {
		close(fd);
		MDEV_LOG(ERR, "%s: VFIO cannot use group %d, see the messages above",
			 dev->name, group);
		return -EIO;
	}

	switch (errno) {
	case EBUSY:
		MDEV_LOG(ERR, "%s: %s is in use by another process", dev->name, path);
		return -EBUSY;
	case EACCES:
	case EPERM:
		MDEV_LOG(ERR, "%s: no rights on %s, give them to the user who runs this program",
			 dev->name, path);
		return -EACCES;
	default:
		MDEV_LOG(ERR, "%s: cannot open %s: %s", dev->name, path, strerror(errno));
		return -EIO;
	}
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_open)
int
rte_mdev_vfio_open(const struct rte_mdev_device *dev, int *dev_fd,
		   struct vfio_device_info *info)
{
	int group;
	int ret;

	ret = mdev_check_vfio(dev);
	if (ret != 0)
		return ret;

	if (rte_vfio_get_group_num(dev->parent_path, dev->name, &group) <= 0) {
		MDEV_LOG(ERR, "%s: the device has no IOMMU group", dev->name);
		return -ENODEV;
	}

	if (rte_vfio_setup_device(dev->parent_path, dev->name, dev_fd, info) != 0)
		return mdev_diagnose(dev, group);

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_close)
void
rte_mdev_vfio_close(const struct rte_mdev_device *dev, int dev_fd)
{
	rte_vfio_release_device(dev->parent_path, dev->name, dev_fd);
}
