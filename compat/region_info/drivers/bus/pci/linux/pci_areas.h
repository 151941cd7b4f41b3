/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef PCI_AREAS_H
#define PCI_AREAS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <uapi/linux/vfio.h>

#include <bus_pci_driver.h>
#include <rte_common.h>

#include "pci_mdev.h"
#include "private.h"

/*
 * Before 23.07, the PCI bus did not know that parts of a BAR may be mapped, and
 * others not.
 */

/* Get the capabilities of a region, to be freed; NULL if it has none. */
static inline struct vfio_region_info *
pci_vfio_region_caps(int dev_fd, unsigned int index)
{
	struct vfio_region_info head = { .argsz = sizeof(head), .index = index };
	struct vfio_region_info *info;

	if (ioctl(dev_fd, VFIO_DEVICE_GET_REGION_INFO, &head) < 0 ||
			(head.flags & VFIO_REGION_INFO_FLAG_CAPS) == 0)
		return NULL;

	info = calloc(1, head.argsz);
	if (info == NULL)
		return NULL;

	info->argsz = head.argsz;
	info->index = index;
	if (ioctl(dev_fd, VFIO_DEVICE_GET_REGION_INFO, info) < 0) {
		free(info);
		return NULL;
	}

	return info;
}

/* Find the areas of a region that can be mapped, NULL if they are not named. */
static inline const struct vfio_region_info_cap_sparse_mmap *
pci_vfio_areas(const struct vfio_region_info *info)
{
	const struct vfio_info_cap_header *header;
	uint32_t next = info->cap_offset;

	while (next != 0) {
		header = RTE_PTR_ADD(info, next);
		if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP)
			return (const void *)header;
		next = header->next;
	}

	return NULL;
}

/* Are the areas of a BAR named? PCI functions are mapped as ever. */
static inline bool
pci_vfio_has_areas(const struct rte_pci_device *dev, int dev_fd, unsigned int index)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	struct vfio_region_info *info;
	bool found;

	if (!pci_dev_is_mdev(dev))
		return false;

	info = pci_vfio_region_caps(dev_fd, index);
	if (info == NULL)
		return false;

	sparse = pci_vfio_areas(info);
	found = sparse != NULL && sparse->nr_areas > 0;
	free(info);

	return found;
}

/* Map the areas of a BAR into the place that was reserved for it. */
static inline int
pci_vfio_map_areas_at(void *place, int dev_fd, const struct vfio_region_info *info)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse = pci_vfio_areas(info);
	uint32_t i;

	if (sparse == NULL)
		return -1;

	for (i = 0; i < sparse->nr_areas; i++) {
		if (sparse->areas[i].size == 0)
			continue;
		/* the mapping must not reach beyond what is reserved */
		if (sparse->areas[i].offset > info->size ||
				sparse->areas[i].size > info->size - sparse->areas[i].offset)
			return -1;
		if (pci_map_resource(RTE_PTR_ADD(place, sparse->areas[i].offset), dev_fd,
				     info->offset + sparse->areas[i].offset,
				     sparse->areas[i].size, RTE_MAP_FORCE_ADDRESS) == NULL)
			return -1;
	}

	return 0;
}

/*
 * Map a BAR of which pci_vfio_has_areas() is true, at the address in it. What is
 * between the areas is reserved, and cannot be accessed.
 */
static inline int
pci_vfio_map_areas(int dev_fd, struct pci_map *bar, unsigned int index, int flags)
{
	struct vfio_region_info *info;
	void *place;
	int ret;

	/* the primary process has not mapped it */
	if (bar->size == 0)
		return 0;

	info = pci_vfio_region_caps(dev_fd, index);
	if (info == NULL)
		return -1;

	place = mmap(bar->addr, bar->size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);
	if (place == MAP_FAILED) {
		free(info);
		return -1;
	}

	ret = pci_vfio_map_areas_at(place, dev_fd, info);
	free(info);
	if (ret < 0) {
		munmap(place, bar->size);
		return ret;
	}
	bar->addr = place;

	return 0;
}

#endif /* PCI_AREAS_H */
