/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef PCI_REGION_H
#define PCI_REGION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/ioctl.h>

#include <uapi/linux/vfio.h>

#include <bus_pci_driver.h>
#include <rte_common.h>
#include <rte_interrupts.h>

#include "private.h"

/* Before 23.07, the PCI bus did not remember where the regions of a device are. */
struct rte_pci_region {
	uint64_t size;
	uint64_t offset;
};

/* Nor how VFIO knows the device, see private.h of later releases. */
struct rte_pci_vfio {
	const char *sysfs_path;
	const char *name;
	int dev_fd;
	uint32_t irqs;
	bool has_iommu;
};

struct rte_pci_device_internal {
	struct rte_pci_device device;
	struct rte_pci_region region[VFIO_PCI_NUM_REGIONS];
	struct rte_pci_vfio vfio;
};

#define RTE_PCI_DEVICE_INTERNAL(ptr) \
	container_of(ptr, struct rte_pci_device_internal, device)

static inline const struct rte_pci_vfio *
pci_vfio_of(const struct rte_pci_device *dev)
{
	return &container_of(dev, const struct rte_pci_device_internal, device)->vfio;
}

/* Ask the kernel where a region is in the file of its device. */
static inline uint64_t
pci_vfio_region_offset(int dev_fd, unsigned int index)
{
	struct vfio_region_info info = { .argsz = sizeof(info), .index = index };

	/* an offset at which any access fails */
	if (ioctl(dev_fd, VFIO_DEVICE_GET_REGION_INFO, &info) < 0)
		return INT64_MAX;

	return info.offset;
}

/* The same of a part of the configuration space. */
static inline uint64_t
pci_vfio_config_offset(int dev_fd, off_t offset, size_t len)
{
	struct vfio_region_info info = {
		.argsz = sizeof(info),
		.index = VFIO_PCI_CONFIG_REGION_INDEX,
	};

	if (ioctl(dev_fd, VFIO_DEVICE_GET_REGION_INFO, &info) < 0 ||
			offset < 0 || len + (uint64_t)offset > info.size)
		return INT64_MAX;

	return info.offset + offset;
}

/* Where they are is asked whenever they are accessed: later releases do that here. */
static inline int
pci_vfio_fill_regions(struct rte_pci_device *dev __rte_unused, int dev_fd __rte_unused,
		      const struct vfio_device_info *info __rte_unused)
{
	return 0;
}

/* Undo the first mappings of a device that could not be set up. */
static inline void
pci_vfio_unmap_bars(const struct mapped_pci_resource *res, int count)
{
	int i;

	for (i = 0; i < count; i++) {
		if (res->maps[i].addr != NULL)
			pci_unmap_resource(res->maps[i].addr, res->maps[i].size);
	}
}

#endif /* PCI_REGION_H */
