/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef DEV_VFIO_H
#define DEV_VFIO_H

/**
 * @file
 * Before 26.11, VFIO had groups only, and another interface for drivers.
 */

#include <stdint.h>
#include <sys/ioctl.h>

#include <linux/vfio.h>

#include <rte_common.h>
#include <rte_vfio.h>

#define DEV_VFIO_DEFAULT_CONTAINER_FD RTE_VFIO_DEFAULT_CONTAINER_FD

enum dev_vfio_mode {
	DEV_VFIO_MODE_NONE,
	DEV_VFIO_MODE_GROUP,
	DEV_VFIO_MODE_CDEV,
};

static inline int
dev_vfio_is_enabled(void)
{
	return rte_vfio_is_enabled("vfio");
}

static inline int
dev_vfio_enable(void)
{
	return rte_vfio_enable("vfio");
}

/* Memory is mapped when the first group is opened. */
static inline int
dev_vfio_init_mem(void)
{
	return 0;
}

static inline enum dev_vfio_mode
dev_vfio_get_mode(void)
{
	return dev_vfio_is_enabled() ? DEV_VFIO_MODE_GROUP : DEV_VFIO_MODE_NONE;
}

static inline int
dev_vfio_get_group_num(const char *sysfs_base, const char *dev_addr, int *group)
{
	return rte_vfio_get_group_num(sysfs_base, dev_addr, group) > 0 ? 0 : -1;
}

static inline int
dev_vfio_get_device_num(const char *sysfs_base __rte_unused, const char *dev_addr __rte_unused,
			int *number __rte_unused)
{
	return -1;
}

static inline int
dev_vfio_setup_device(const char *sysfs_base, const char *dev_addr, int *dev_fd)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };

	return rte_vfio_setup_device(sysfs_base, dev_addr, dev_fd, &info) == 0 ? 0 : -1;
}

static inline int
dev_vfio_release_device(const char *sysfs_base, const char *dev_addr, int dev_fd)
{
	return rte_vfio_release_device(sysfs_base, dev_addr, dev_fd);
}

static inline int
dev_vfio_container_dma_map(int container, uint64_t vaddr, uint64_t iova, uint64_t len)
{
	return rte_vfio_container_dma_map(container, vaddr, iova, len);
}

static inline int
dev_vfio_container_dma_unmap(int container, uint64_t vaddr, uint64_t iova, uint64_t len)
{
	return rte_vfio_container_dma_unmap(container, vaddr, iova, len);
}

#endif /* DEV_VFIO_H */
