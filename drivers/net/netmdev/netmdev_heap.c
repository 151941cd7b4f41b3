/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include <rte_common.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_malloc.h>
#include <rte_memory.h>

#include "netmdev_pmd.h"

/**
 * @file
 * The heap: a part of the memory of the device, from which an application makes pools of
 * mbufs. EAL maps it for the devices of VFIO, by its events of memory. The primary process
 * makes it when it attaches the device, and frees it when it detaches it.
 */

/* EAL keeps so much of the name of a heap. */
#define NETMDEV_HEAP_NAME_SIZE 32

static void
netmdev_heap_event(enum rte_mem_event event __rte_unused, const void *addr __rte_unused,
		   size_t len __rte_unused, void *arg __rte_unused)
{
}

/* EAL has no such events with --legacy-mem, which --no-huge includes. */
int
netmdev_heap_check(const struct rte_mdev_device *mdev)
{
	int ret;

	if (rte_mem_event_callback_register("netmdev", netmdev_heap_event, NULL) == 0) {
		rte_mem_event_callback_unregister("netmdev", NULL);
		return 0;
	}

	ret = -rte_errno;
	NETMDEV_LOG(ERR, "%s: EAL would not map a heap for devices: %s, start without --legacy-mem and --no-huge, or without heap=",
		    mdev->name, rte_strerror(-ret));

	return ret;
}

/* As much of the device's name as there is room for. */
static void
netmdev_heap_name(const struct rte_mdev_device *mdev, char name[NETMDEV_HEAP_NAME_SIZE])
{
	snprintf(name, NETMDEV_HEAP_NAME_SIZE, "netmdev_%s", mdev->name);
}

static int
netmdev_heap_add(const char *name, void *addr, size_t len)
{
	unsigned int i, count = len / NETMDEV_HEAP_PAGE;
	rte_iova_t *iova;
	int ret = 0;

	iova = malloc(count * sizeof(*iova));
	if (iova == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		iova[i] = (uintptr_t)addr + i * NETMDEV_HEAP_PAGE;

	if (rte_malloc_heap_memory_add(name, addr, len, iova, count, NETMDEV_HEAP_PAGE) != 0)
		ret = -rte_errno;
	free(iova);

	return ret;
}

static int
netmdev_heap_create(const char *name, void *addr, size_t len)
{
	int ret;

	/* what the user can do about this one is said below */
	if (rte_malloc_heap_create(name) != 0)
		return rte_errno == EEXIST ? -ENOTUNIQ : -rte_errno;

	ret = netmdev_heap_add(name, addr, len);
	if (ret < 0)
		rte_malloc_heap_destroy(name);

	return ret;
}

int
netmdev_heap_init(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	void *addr = dev->addr[NETMDEV_MEMORY];
	size_t len = dev->heap_size;
	char name[NETMDEV_HEAP_NAME_SIZE];
	int ret;

	netmdev_heap_name(mdev, name);
	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		ret = netmdev_heap_create(name, addr, len);
	else
		ret = rte_malloc_heap_memory_attach(name, addr, len) != 0 ? -rte_errno : 0;
	if (ret == -ENOTUNIQ)
		NETMDEV_LOG(ERR, "%s: there is a heap %s already, of a device whose name begins like this one: give one of them an alias",
			    mdev->name, name);
	else if (ret < 0)
		NETMDEV_LOG(ERR, "%s: its memory cannot be the heap %s: %s", mdev->name, name,
			    rte_strerror(-ret));
	dev->has_heap = ret == 0;

	return ret;
}

/* The memory of the heap is EAL's until that gives it back. */
static int
netmdev_heap_remove(const char *name, void *addr, size_t len)
{
	if (rte_eal_process_type() != RTE_PROC_PRIMARY) {
		/* there is none any more if the primary process has ended */
		if (rte_malloc_heap_memory_detach(name, addr, len) != 0 && rte_errno != ENOENT)
			return -rte_errno;
		return 0;
	}

	if (rte_malloc_heap_memory_remove(name, addr, len) != 0)
		return -rte_errno;
	rte_malloc_heap_destroy(name);

	return 0;
}

int
netmdev_heap_fini(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	void *addr = dev->addr[NETMDEV_MEMORY];
	size_t len = dev->heap_size;
	char name[NETMDEV_HEAP_NAME_SIZE];
	int ret;

	if (!dev->has_heap)
		return 0;

	netmdev_heap_name(mdev, name);
	ret = netmdev_heap_remove(name, addr, len);
	if (ret < 0)
		NETMDEV_LOG(ERR, "%s: its memory stays in the heap %s: %s", mdev->name, name,
			    rte_strerror(-ret));
	dev->has_heap = ret < 0;

	return ret;
}

unsigned int
netmdev_heap_objects(const struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	struct rte_malloc_socket_stats stats;
	char name[NETMDEV_HEAP_NAME_SIZE];
	int socket;

	/* the heap of that name is of another device then, if there is one */
	if (!dev->has_heap)
		return 0;

	netmdev_heap_name(mdev, name);
	socket = rte_malloc_heap_get_socket(name);
	if (socket < 0 || rte_malloc_get_socket_stats(socket, &stats) != 0)
		return 0;

	return stats.alloc_count;
}

/* A chunk of a pool, and what it must lie in. */
struct netmdev_chunk_check {
	uintptr_t start;
	uintptr_t end;
	bool within;
};

static void
netmdev_check_chunk(struct rte_mempool *pool __rte_unused, void *arg,
		    struct rte_mempool_memhdr *chunk, unsigned int index __rte_unused)
{
	struct netmdev_chunk_check *check = arg;
	uintptr_t addr = (uintptr_t)chunk->addr;

	if (addr < check->start || addr + chunk->len > check->end)
		check->within = false;
}

bool
netmdev_has_pool(const struct netmdev_device *dev, struct rte_mempool *pool)
{
	struct netmdev_chunk_check check = {
		.start = (uintptr_t)dev->addr[NETMDEV_MEMORY],
		.within = true,
	};

	check.end = check.start + dev->heap_size;

	return rte_mempool_mem_iter(pool, netmdev_check_chunk, &check) != 0 && check.within;
}
