/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdbool.h>

#include <eal_export.h>
#include <rte_vfio.h>

#include "private.h"

/* Mediated devices need VFIO, but not the kernel module vfio_pci. */
static bool
mdev_vfio_is_enabled(void)
{
	if (!rte_vfio_is_enabled("vfio"))
		rte_vfio_enable("vfio");

	return rte_vfio_is_enabled("vfio") != 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_open)
int
rte_mdev_vfio_open(const struct rte_mdev_device *dev, int *dev_fd,
		   struct vfio_device_info *info)
{
	int group;
	int ret;

	if (!mdev_vfio_is_enabled()) {
		mdev_explain_disabled(dev);
		return -ENOTSUP;
	}

	if (rte_vfio_get_group_num(dev->parent_path, dev->name, &group) <= 0) {
		mdev_explain_no_group(dev);
		return -ENODEV;
	}

	ret = mdev_check_group_file(dev, group);
	if (ret != 0)
		return ret;

	if (rte_vfio_setup_device(dev->parent_path, dev->name, dev_fd, info) != 0)
		return mdev_explain_failure(dev, group);

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_vfio_close)
void
rte_mdev_vfio_close(const struct rte_mdev_device *dev, int dev_fd)
{
	rte_vfio_release_device(dev->parent_path, dev->name, dev_fd);
}
