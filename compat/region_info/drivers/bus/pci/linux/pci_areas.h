/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#ifndef PCI_AREAS_H
#define PCI_AREAS_H

#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <uapi/linux/vfio.h>

#include <bus_pci_driver.h>
#include <rte_common.h>

#include "private.h"

/*
 * Before 23.07, the PCI bus did not know that parts of a BAR may be mapped, and
 * others not.
 */

static void *pci_vfio_reserve(void *addr, size_t size, int additional_flags);

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
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	const struct vfio_info_cap_header *header;
	uint32_t next = info->cap_offset;

	while (next != 0) {
		header = RTE_PTR_ADD(info, next);
		if (header->id == VFIO_REGION_INFO_CAP_SPARSE_MMAP) {
			sparse = (const void *)header;
			return sparse->nr_areas > 0 ? sparse : NULL;
		}
		next = header->next;
	}

	return NULL;
}

/* Map the areas of a BAR into the place that was reserved for it. */
static inline int
pci_vfio_map_areas_at(void *place, int dev_fd, const struct vfio_region_info *info,
		      const struct vfio_region_info_cap_sparse_mmap *sparse)
{
	uint32_t i;

	for (i = 0; i < sparse->nr_areas; i++) {
		if (sparse->areas[i].size == 0)
			continue;
		/* the mapping must not reach beyond what is reserved */
		if (sparse->areas[i].offset > info->size ||
				sparse->areas[i].size > info->size - sparse->areas[i].offset)
			return -1;
		if (pci_map_resource(RTE_PTR_ADD(place, (uintptr_t)sparse->areas[i].offset), dev_fd,
				     info->offset + sparse->areas[i].offset,
				     sparse->areas[i].size, RTE_MAP_FORCE_ADDRESS) == NULL)
			return -1;
	}

	return 0;
}

/* The same, and reserve the place: what is between the areas cannot be accessed. */
static inline int
pci_vfio_map_sparse(int dev_fd, struct pci_map *bar, const struct vfio_region_info *info,
		    const struct vfio_region_info_cap_sparse_mmap *sparse, int flags)
{
	void *place;

	place = pci_vfio_reserve(bar->addr, bar->size, flags);
	if (place == MAP_FAILED)
		return -1;

	if (pci_vfio_map_areas_at(place, dev_fd, info, sparse) < 0) {
		munmap(place, bar->size);
		return -1;
	}
	bar->addr = place;

	return 0;
}

/*
 * Map a BAR at the address in it, if its areas are named.
 * Returns 0 on success, -1 on error, and 1 if it is to be mapped as a whole.
 */
static inline int
pci_vfio_map_areas(int dev_fd, struct pci_map *bar, unsigned int index, int flags)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	struct vfio_region_info *info;
	int ret = 1;

	/* without a size, the primary process has not mapped it */
	if (bar->size == 0)
		return 1;

	info = pci_vfio_region_caps(dev_fd, index);
	if (info == NULL)
		return 1;

	sparse = pci_vfio_areas(info);
	if (sparse != NULL)
		ret = pci_vfio_map_sparse(dev_fd, bar, info, sparse, flags);
	free(info);

	return ret;
}

#endif /* PCI_AREAS_H */
