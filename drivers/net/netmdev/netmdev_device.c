/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <rte_common.h>
#include <rte_devargs.h>
#include <rte_eal.h>
#include <rte_errno.h>
#include <rte_kvargs.h>
#include <rte_malloc.h>
#include <rte_memzone.h>

#include "netmdev_pmd.h"

/**
 * @file
 * The device: its regions, and its memory, which becomes a heap and a pool of buffers.
 */

/* How much memory a device is asked for, in MiB: for buffers, and for the heap. */
#define NETMDEV_ARG_MEM "mem"
#define NETMDEV_ARG_HEAP "heap"
#define NETMDEV_DEFAULT_MEM (UINT64_C(16) << 20)
#define NETMDEV_MAX_MIB 65536

#define NETMDEV_BUFFER_CACHE UINT32_C(256)

int
netmdev_ioctl(const struct netmdev_device *dev, unsigned long request, void *arg)
{
	return ioctl(dev->fd, request, arg) < 0 ? -errno : 0;
}

static int
netmdev_map(struct netmdev_device *dev, const struct rte_mdev_device *mdev,
	    enum netmdev_region index)
{
	struct rte_mdev_region *region = &dev->regions[index];
	int ret;

	/* subtypes begin with 1 */
	ret = rte_mdev_region_find(dev->fd, NETMDEV_REGION_TYPE, index + 1, region);
	if (ret < 0) {
		NETMDEV_LOG(ERR, "%s: the device has no region of type %#x, subtype %u, its kernel driver is another one",
			    mdev->name, NETMDEV_REGION_TYPE, index + 1);
		return ret;
	}

	ret = rte_mdev_region_map(mdev, dev->fd, region, &dev->addr[index]);
	if (ret < 0)
		dev->addr[index] = NULL;

	return ret;
}

/* What EAL may still read stays. */
static void
netmdev_unmap(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	unsigned int i;

	for (i = 0; i < NETMDEV_NUM_REGIONS; i++) {
		if (i == NETMDEV_MEMORY && dev->has_heap)
			continue;
		if (dev->addr[i] != NULL)
			rte_mdev_region_unmap(mdev, &dev->regions[i], dev->addr[i]);
		dev->addr[i] = NULL;
	}
}

/*
 * Memory
 */

/* How much memory is wanted, in bytes. */
struct netmdev_sizes {
	uint64_t mem; /* 0: as much as there is, up to the default */
	uint64_t heap;
};

static int
netmdev_parse_mib(const char *key, const char *value, void *size)
{
	unsigned long long mib;
	char *end;

	errno = 0;
	mib = strtoull(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || mib == 0 || mib > NETMDEV_MAX_MIB) {
		NETMDEV_LOG(ERR, "%s=%s: not a number of MiB from 1 to %u", key, value,
			    NETMDEV_MAX_MIB);
		return -EINVAL;
	}
	*(uint64_t *)size = (uint64_t)mib << 20;

	return 0;
}

/* What the user asked for, 0 if nothing. */
static int
netmdev_read_args(const struct rte_mdev_device *mdev, struct netmdev_sizes *sizes)
{
	static const char * const keys[] = { NETMDEV_ARG_MEM, NETMDEV_ARG_HEAP, NULL };
	const struct rte_devargs *devargs = mdev->device->devargs;
	struct rte_kvargs *args;
	int ret;

	memset(sizes, 0, sizeof(*sizes));
	if (devargs == NULL || devargs->args == NULL || devargs->args[0] == '\0')
		return 0;

	args = rte_kvargs_parse(devargs->args, keys);
	if (args == NULL) {
		NETMDEV_LOG(ERR, "%s: arguments other than %s and %s: %s", mdev->name,
			    NETMDEV_ARG_MEM, NETMDEV_ARG_HEAP, devargs->args);
		return -EINVAL;
	}
	ret = rte_kvargs_process(args, NETMDEV_ARG_MEM, netmdev_parse_mib, &sizes->mem);
	if (ret == 0)
		ret = rte_kvargs_process(args, NETMDEV_ARG_HEAP, netmdev_parse_mib, &sizes->heap);
	rte_kvargs_free(args);

	return ret < 0 ? -EINVAL : 0;
}

static int
netmdev_alloc_memory(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	uint64_t max = RTE_MIN(dev->port->info.max_memory, (uint64_t)SIZE_MAX);
	struct netmdev_mem mem = { .argsz = sizeof(mem) };
	struct netmdev_sizes sizes;
	int ret;

	ret = netmdev_read_args(mdev, &sizes);
	if (ret == 0 && sizes.heap != 0)
		ret = netmdev_heap_check(mdev);
	if (ret < 0)
		return ret;
	sizes.heap = RTE_ALIGN_CEIL(sizes.heap, (uint64_t)NETMDEV_HEAP_PAGE);
	if (sizes.mem == 0 && sizes.heap < max)
		sizes.mem = RTE_MIN(NETMDEV_DEFAULT_MEM, max - sizes.heap);
	if (sizes.mem == 0 || sizes.mem > max || sizes.heap > max - sizes.mem) {
		NETMDEV_LOG(ERR, "%s: the device has no more than %u MiB, ask for less by %s= and %s=",
			    mdev->name, (unsigned int)(max >> 20), NETMDEV_ARG_MEM,
			    NETMDEV_ARG_HEAP);
		return -E2BIG;
	}

	dev->heap_size = sizes.heap;
	mem.size = sizes.heap + sizes.mem;
	ret = netmdev_ioctl(dev, NETMDEV_MEM, &mem);
	if (ret == -ENOMEM)
		NETMDEV_LOG(ERR, "%s: %u MiB are more than is free or may be locked, raise ulimit -l or ask for less by %s= and %s=",
			    mdev->name, (unsigned int)(mem.size >> 20), NETMDEV_ARG_MEM,
			    NETMDEV_ARG_HEAP);
	else if (ret < 0)
		NETMDEV_LOG(ERR, "%s: the device gives no memory: %s", mdev->name,
			    strerror(-ret));

	return ret;
}

/* A buffer takes a frame of the MTU that the port has now. */
static uint32_t
netmdev_buf_size(const struct netmdev_port *port)
{
	/* the length of an mbuf's buffer has 16 bits */
	const uint32_t max = RTE_ALIGN_FLOOR(UINT16_MAX, RTE_CACHE_LINE_SIZE);
	struct netmdev_status status;
	uint32_t len;

	netmdev_read_status(port, &status);
	len = RTE_PKTMBUF_HEADROOM + RTE_MAX(status.mtu, (uint32_t)RTE_ETHER_MTU) +
		NETMDEV_OVERHEAD;

	return NETMDEV_BUF_DATA + RTE_MIN(RTE_ALIGN_CEIL(len, RTE_CACHE_LINE_SIZE), max);
}

static void
netmdev_buffers_name(const struct rte_mdev_device *mdev, char name[RTE_MEMPOOL_NAMESIZE])
{
	snprintf(name, RTE_MEMPOOL_NAMESIZE, "netmdev_%u", mdev->number);
}

/* Where they begin, and how long all of them are. */
static void *
netmdev_buffers_at(const struct netmdev_device *dev, size_t *len)
{
	*len = dev->regions[NETMDEV_MEMORY].size - dev->heap_size;

	return RTE_PTR_ADD(dev->addr[NETMDEV_MEMORY], dev->heap_size);
}

static struct rte_mempool *
netmdev_create_buffers(const struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	uint32_t size = netmdev_buf_size(dev->port);
	struct rte_mempool *buffers;
	char name[RTE_MEMPOOL_NAMESIZE];
	uint32_t count;
	size_t len;
	void *addr;

	netmdev_buffers_name(mdev, name);
	addr = netmdev_buffers_at(dev, &len);
	count = len / rte_mempool_calc_obj_size(size, RTE_MEMPOOL_F_NO_IOVA_CONTIG, NULL);
	/* the buffers are contiguous in all address spaces, the pool need not look for that */
	buffers = rte_mempool_create_empty(name, count, size,
					   RTE_MIN(NETMDEV_BUFFER_CACHE, count / 8), 0,
					   mdev->device->numa_node,
					   RTE_MEMPOOL_F_NO_IOVA_CONTIG);
	if (buffers == NULL)
		return NULL;
	if (rte_mempool_populate_iova(buffers, addr, RTE_BAD_IOVA, len, NULL, NULL) <= 0) {
		rte_mempool_free(buffers);
		return NULL;
	}

	return buffers;
}

/* A buffer has a reference as long as it is attached to an mbuf. */
static void
netmdev_count_out(struct rte_mempool *buffers __rte_unused, void *arg, void *obj,
		  unsigned int index __rte_unused)
{
	const struct netmdev_buf *buf = obj;
	unsigned int *out = arg;

	if (rte_mbuf_ext_refcnt_read(&buf->shinfo) != 0)
		(*out)++;
}

/*
 * The primary process may have gone, and the pool with it. To look for the pool itself would
 * be to read all pools, some of which may lie in memory that this process has not mapped.
 */
unsigned int
netmdev_packets_out(const struct rte_mdev_device *mdev)
{
	char name[RTE_MEMPOOL_NAMESIZE], zone_name[RTE_MEMZONE_NAMESIZE];
	const struct rte_memzone *zone;
	unsigned int out = 0;

	netmdev_buffers_name(mdev, name);
	snprintf(zone_name, sizeof(zone_name), RTE_MEMPOOL_MZ_FORMAT, name);
	zone = rte_memzone_lookup(zone_name);
	if (zone != NULL)
		rte_mempool_obj_iter(zone->addr, netmdev_count_out, &out);

	return out;
}

/*
 * Status
 */

void
netmdev_read_status(const struct netmdev_port *port, struct netmdev_status *status)
{
	const struct netmdev_status *shared = port->status;
	uint32_t begin, end;

	do {
		/* pairs with the last store of mq_port_status() in the kernel driver */
		begin = rte_atomic_load_explicit(&shared->seq, rte_memory_order_acquire);
		memcpy(status, shared, offsetof(struct netmdev_status, queue));
		/* what was copied is loaded before seq is again; pairs with smp_wmb() there */
		rte_atomic_thread_fence(rte_memory_order_acquire);
		end = rte_atomic_load_explicit(&shared->seq, rte_memory_order_relaxed);
	} while ((begin & 1) != 0 || end != begin);
}

/*
 * Open and close
 */

static int
netmdev_read_info(const struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	struct netmdev_info *info = &dev->port->info;
	int ret;

	info->argsz = sizeof(*info);
	ret = netmdev_ioctl(dev, NETMDEV_INFO, info);
	if (ret == 0 && (info->nr_queues == 0 || info->nr_queues > NETMDEV_MAX_QUEUES))
		ret = -EPROTO;
	if (ret < 0)
		NETMDEV_LOG(ERR, "%s: the device does not say what it has: %s", mdev->name,
			    strerror(-ret));

	return ret;
}

/* Let the memory be one of DPDK. */
static int
netmdev_share(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	size_t len;
	void *addr;
	int ret;

	addr = netmdev_buffers_at(dev, &len);
	ret = rte_mdev_memory_share(mdev, addr, len);
	dev->shared = ret == 0;
	if (ret == 0 && dev->heap_size != 0)
		ret = netmdev_heap_init(dev, mdev);

	return ret;
}

static void
netmdev_unshare(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	size_t len;
	void *addr;

	if (!dev->shared)
		return;

	netmdev_heap_fini(dev, mdev);
	addr = netmdev_buffers_at(dev, &len);
	rte_mdev_memory_unshare(mdev, addr, len);
	dev->shared = false;
}

static int
netmdev_map_all(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	int ret;

	ret = netmdev_map(dev, mdev, NETMDEV_STATUS);
	if (ret == 0)
		ret = netmdev_map(dev, mdev, NETMDEV_RINGS);
	if (ret == 0)
		ret = netmdev_map(dev, mdev, NETMDEV_MEMORY);
	if (ret == 0)
		ret = netmdev_share(dev, mdev);

	return ret;
}

/* Make what all processes share. */
static int
netmdev_make_port(struct netmdev_device *dev, const struct rte_mdev_device *mdev)
{
	struct netmdev_port *port = dev->port;
	int ret;

	TAILQ_INIT(&port->rules);
	ret = netmdev_read_info(dev, mdev);
	if (ret == 0)
		ret = netmdev_alloc_memory(dev, mdev);
	if (ret == 0)
		ret = netmdev_map_all(dev, mdev);
	if (ret < 0)
		return ret;

	port->heap_size = dev->heap_size;
	port->status = dev->addr[NETMDEV_STATUS];
	port->rings = dev->addr[NETMDEV_RINGS];
	port->buffers = netmdev_create_buffers(dev, mdev);
	if (port->buffers == NULL) {
		NETMDEV_LOG(ERR, "%s: cannot make buffers of the memory: %s", mdev->name,
			    rte_strerror(rte_errno));
		return -ENOMEM;
	}

	return 0;
}

int
netmdev_open(struct netmdev_device *dev, struct rte_mdev_device *mdev)
{
	int ret;

	ret = rte_mdev_vfio_open(mdev, &dev->fd);
	if (ret < 0)
		return ret;

	if (rte_eal_process_type() == RTE_PROC_PRIMARY) {
		dev->port = rte_zmalloc_socket("netmdev", sizeof(*dev->port), 0,
					       mdev->device->numa_node);
		ret = dev->port != NULL ? netmdev_make_port(dev, mdev) : -ENOMEM;
	} else {
		dev->heap_size = dev->port->heap_size;
		ret = netmdev_map_all(dev, mdev);
	}
	if (ret == 0) {
		ret = rte_mdev_removal_enable(mdev, dev->fd, NETMDEV_IRQ_REQ);
		/* there need not be such a request */
		if (ret == -ENOTSUP)
			ret = 0;
	}
	if (ret < 0) {
		netmdev_close(dev, mdev);
		return ret;
	}

	return 0;
}

void
netmdev_close(struct netmdev_device *dev, struct rte_mdev_device *mdev)
{
	rte_mdev_removal_disable(mdev, dev->fd, NETMDEV_IRQ_REQ);
	if (rte_eal_process_type() == RTE_PROC_PRIMARY && dev->port != NULL) {
		rte_mempool_free(dev->port->buffers);
		rte_free(dev->port);
	}
	dev->port = NULL;
	netmdev_unshare(dev, mdev);
	netmdev_unmap(dev, mdev);
	rte_mdev_vfio_close(mdev, dev->fd);
	dev->fd = -1;
}
