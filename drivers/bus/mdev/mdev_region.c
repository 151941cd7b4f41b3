/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <uapi/linux/vfio.h>

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include <eal_export.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_memory.h>
#include <rte_memzone.h>

#include "private.h"

/**
 * @file
 * Regions of a device: what they are, and their mappings, which stand at the same
 * address in all processes.
 */

/* Huge pages of the processor need it, if the kernel driver has some. */
#define MDEV_MAP_ALIGN (UINT64_C(1) << 21)

/*
 * How far behind EAL's memory they are: right behind it the PCI bus wants to have its
 * BARs, and would have to take places where other processes may have something else.
 */
#ifdef RTE_ARCH_64
#define MDEV_MAP_DISTANCE (UINT64_C(64) << 30)
#else
#define MDEV_MAP_DISTANCE 0
#endif

/* How many places are tried before the address space is taken for full. */
#define MDEV_MAP_TRIES (1 << 16)

/*
 * Describe a region
 */

/* Ask the kernel, with as much room as it needs for the capabilities; free() frees it. */
static int
mdev_region_ask(int dev_fd, uint32_t index, struct vfio_region_info **info)
{
	size_t size = sizeof(**info);
	int ret;

	do {
		*info = calloc(1, size);
		if (*info == NULL)
			return -ENOMEM;
		(*info)->argsz = size;
		(*info)->index = index;
		ret = ioctl(dev_fd, VFIO_DEVICE_GET_REGION_INFO, *info) < 0 ? -errno : 0;
		if (ret == 0 && (*info)->argsz <= size)
			return 0;
		size = (*info)->argsz;
		free(*info);
	} while (ret == 0);

	return ret;
}

/* Find a capability of a region; NULL if it does not have it. */
static const void *
mdev_region_cap(const struct vfio_region_info *info, uint16_t id)
{
	const struct vfio_info_cap_header *cap;
	uint32_t offset = 0;

	if ((info->flags & VFIO_REGION_INFO_FLAG_CAPS) != 0)
		offset = info->cap_offset;
	for (; offset != 0; offset = cap->next) {
		cap = RTE_PTR_ADD(info, offset);
		if (cap->id == id)
			return cap;
	}

	return NULL;
}

static int
mdev_region_read_areas(struct rte_mdev_region *region, const struct vfio_region_info *info)
{
	const struct vfio_region_info_cap_sparse_mmap *sparse;
	uint32_t i;

	if ((info->flags & VFIO_REGION_INFO_FLAG_MMAP) == 0)
		return 0;

	sparse = mdev_region_cap(info, VFIO_REGION_INFO_CAP_SPARSE_MMAP);
	if (sparse == NULL) {
		region->areas[0].size = region->size;
		region->nb_areas = 1;
		return 0;
	}

	/* the rest of the description holds */
	if (sparse->nr_areas > RTE_DIM(region->areas))
		return -E2BIG;
	for (i = 0; i < sparse->nr_areas; i++) {
		region->areas[i].offset = sparse->areas[i].offset;
		region->areas[i].size = sparse->areas[i].size;
	}
	region->nb_areas = sparse->nr_areas;

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_region_get)
int
rte_mdev_region_get(int dev_fd, uint32_t index, struct rte_mdev_region *region)
{
	const struct vfio_region_info_cap_type *type;
	struct vfio_region_info *info;
	int ret;

	ret = mdev_region_ask(dev_fd, index, &info);
	if (ret < 0)
		return ret;

	memset(region, 0, sizeof(*region));
	region->index = index;
	region->flags = info->flags;
	region->size = info->size;
	region->offset = info->offset;
	type = mdev_region_cap(info, VFIO_REGION_INFO_CAP_TYPE);
	if (type != NULL) {
		region->type = type->type;
		region->subtype = type->subtype;
	}
	ret = mdev_region_read_areas(region, info);
	free(info);

	return ret;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_region_find)
int
rte_mdev_region_find(int dev_fd, uint32_t type, uint32_t subtype, struct rte_mdev_region *region)
{
	struct vfio_device_info info = { .argsz = sizeof(info) };
	uint32_t i;
	int ret;

	if (ioctl(dev_fd, VFIO_DEVICE_GET_INFO, &info) < 0)
		return -errno;

	for (i = 0; i < info.num_regions; i++) {
		ret = rte_mdev_region_get(dev_fd, i, region);
		/* one that cannot be described may be none that is looked for */
		if ((ret == 0 || ret == -E2BIG) && region->type != 0 &&
				region->type == type && region->subtype == subtype)
			return ret;
	}

	return -ENOENT;
}

/*
 * Map a region
 */

/*
 * Where the primary process has mapped a region: it has a memzone for each, which it
 * frees when it unmaps the region.
 */
struct mdev_mapping {
	void *addr;
};

/* The number of the attachment tells the device apart from all others, past and future. */
static void
mdev_mapping_name(const struct rte_mdev_device *dev, uint32_t index,
		  char name[RTE_MEMZONE_NAMESIZE])
{
	snprintf(name, RTE_MEMZONE_NAMESIZE, "mdev_%u_region_%u", dev->number, index);
}

/* For the primary process, as no other one frees it. */
static const struct rte_memzone *
mdev_mapping_find(const struct rte_mdev_device *dev, uint32_t index)
{
	char name[RTE_MEMZONE_NAMESIZE];

	mdev_mapping_name(dev, index, name);

	return rte_memzone_lookup(name);
}

/* What is looked for in the memzones, and found there. */
struct mdev_mapping_search {
	char name[RTE_MEMZONE_NAMESIZE];
	void *addr;
};

static void
mdev_mapping_copy(const struct rte_memzone *zone, void *arg)
{
	struct mdev_mapping_search *search = arg;

	if (strcmp(zone->name, search->name) == 0)
		search->addr = ((const struct mdev_mapping *)zone->addr)->addr;
}

/*
 * Get the address at which the primary process has a region, NULL if it has not mapped
 * it. The memzone may be freed as soon as the walk, which locks all of them, is over.
 */
static void *
mdev_mapping_addr(const struct rte_mdev_device *dev, uint32_t index)
{
	struct mdev_mapping_search search = { .addr = NULL };

	mdev_mapping_name(dev, index, search.name);
	rte_memzone_walk(mdev_mapping_copy, &search);

	return search.addr;
}

static int
mdev_mapping_add(const struct rte_mdev_device *dev, uint32_t index, void *addr)
{
	char name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *zone;
	struct mdev_mapping *mapping;

	mdev_mapping_name(dev, index, name);
	zone = rte_memzone_reserve(name, sizeof(*mapping), SOCKET_ID_ANY, 0);
	if (zone == NULL)
		return -rte_errno;

	mapping = zone->addr;
	mapping->addr = addr;

	return 0;
}

/* Take a place for a mapping; NULL with errno, which is EEXIST if something is there. */
static void *
mdev_reserve(void *addr, size_t size)
{
	void *place;

	place = mmap(addr, size, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (place == addr)
		return place;

	/* Linux before 4.17 takes another place instead */
	if (place != MAP_FAILED) {
		munmap(place, size);
		errno = EEXIST;
	}

	return NULL;
}

/* Addresses of EAL's memory */
struct mdev_memory_range {
	uintptr_t start;
	uintptr_t end;
};

static int
mdev_find_memory(const struct rte_memseg_list *msl, void *arg)
{
	struct mdev_memory_range *range = arg;
	uintptr_t start = (uintptr_t)msl->base_va;

	/* what is not EAL's may be anywhere */
	if (msl->external == 0) {
		range->start = RTE_MIN(range->start, start);
		range->end = RTE_MAX(range->end, start + msl->len);
	}

	return 0;
}

/* Try one place after the other, upwards or downwards, in steps of MDEV_MAP_ALIGN. */
static void *
mdev_reserve_from(uintptr_t addr, intptr_t step, size_t size)
{
	unsigned int i;
	void *place;

	for (i = 0; i < MDEV_MAP_TRIES && addr >= MDEV_MAP_ALIGN; i++) {
		place = mdev_reserve((void *)addr, size);
		if (place != NULL || errno != EEXIST)
			return place;
		addr += step;
	}
	errno = ENOMEM;

	return NULL;
}

/*
 * Find a place behind EAL's memory, or before it if that ends where the address space
 * does. Other processes have it at the same address: it is likely that the place is free
 * there, too.
 */
static void *
mdev_reserve_anywhere(size_t size)
{
	struct mdev_memory_range range = { .start = UINTPTR_MAX };
	uintptr_t addr;
	void *place;

	rte_memseg_list_walk(mdev_find_memory, &range);

	addr = RTE_ALIGN_CEIL(range.end + MDEV_MAP_DISTANCE, (uintptr_t)MDEV_MAP_ALIGN);
	place = mdev_reserve_from(addr, MDEV_MAP_ALIGN, size);
	if (place != NULL || range.start <= MDEV_MAP_DISTANCE ||
			range.start - MDEV_MAP_DISTANCE <= size)
		return place;

	addr = RTE_ALIGN_FLOOR(range.start - MDEV_MAP_DISTANCE - size, (uintptr_t)MDEV_MAP_ALIGN);

	return mdev_reserve_from(addr, -(intptr_t)MDEV_MAP_ALIGN, size);
}

/* What lies between the areas stays reserved, so that nothing else gets there. */
static int
mdev_map_areas(int dev_fd, const struct rte_mdev_region *region, void *place)
{
	const struct rte_mdev_area *area;
	int prot = 0;

	if ((region->flags & VFIO_REGION_INFO_FLAG_READ) != 0)
		prot |= PROT_READ;
	if ((region->flags & VFIO_REGION_INFO_FLAG_WRITE) != 0)
		prot |= PROT_WRITE;

	static_assert(sizeof(off_t) >= sizeof(region->offset), "offsets of regions would be cut");

	for (area = region->areas; area < &region->areas[region->nb_areas]; area++) {
		/* there may be anything */
		if (area->size > region->size || area->offset > region->size - area->size)
			return -ERANGE;
		if (mmap(RTE_PTR_ADD(place, area->offset), area->size, prot,
				MAP_SHARED | MAP_FIXED, dev_fd,
				region->offset + area->offset) == MAP_FAILED)
			return -errno;
	}

	return 0;
}

/* The primary process chooses the place, and tells it. */
static int
mdev_map_first(const struct rte_mdev_device *dev, int dev_fd,
	       const struct rte_mdev_region *region, void **addr)
{
	int ret;

	if (mdev_mapping_find(dev, region->index) != NULL)
		return -EEXIST;

	*addr = mdev_reserve_anywhere(region->size);
	if (*addr == NULL)
		return -errno;

	ret = mdev_map_areas(dev_fd, region, *addr);
	if (ret == 0)
		ret = mdev_mapping_add(dev, region->index, *addr);
	if (ret < 0)
		munmap(*addr, region->size);

	return ret;
}

static int
mdev_map_again(const struct rte_mdev_device *dev, int dev_fd,
	       const struct rte_mdev_region *region, void **addr)
{
	int ret;

	*addr = mdev_mapping_addr(dev, region->index);
	if (*addr == NULL)
		return -ENOENT;
	if (mdev_reserve(*addr, region->size) == NULL)
		return errno == EEXIST ? -EADDRINUSE : -errno;

	ret = mdev_map_areas(dev_fd, region, *addr);
	if (ret < 0)
		munmap(*addr, region->size);

	return ret;
}

static const char *
mdev_map_error(int error)
{
	switch (error) {
	case -ENOTSUP:
		return "it can only be read and written";
	case -EEXIST:
		return "it is mapped already";
	case -ENOENT:
		return "the primary process has not mapped it";
	case -ERANGE:
		return "the kernel driver tells of an area behind its end";
	case -EFBIG:
		return "this program has no such long addresses, a 64-bit one has";
	case -EADDRINUSE:
		return "something else is where the primary process has it, try --base-virtaddr";
	default:
		return strerror(-error);
	}
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_region_map)
int
rte_mdev_region_map(const struct rte_mdev_device *dev, int dev_fd,
		    const struct rte_mdev_region *region, void **addr)
{
	const size_t size = region->size;
	int ret;

	if (region->nb_areas == 0)
		ret = -ENOTSUP;
	else if (size != region->size)
		ret = -EFBIG;
	else if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		ret = mdev_map_first(dev, dev_fd, region, addr);
	else
		ret = mdev_map_again(dev, dev_fd, region, addr);
	if (ret < 0)
		MDEV_LOG(ERR, "%s: cannot map region %u of %" PRIu64 " bytes: %s", dev->name,
			 region->index, region->size, mdev_map_error(ret));

	return ret;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_region_unmap)
void
rte_mdev_region_unmap(const struct rte_mdev_device *dev, const struct rte_mdev_region *region,
		      void *addr)
{
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		rte_memzone_free(mdev_mapping_find(dev, region->index));
	munmap(addr, region->size);
}
