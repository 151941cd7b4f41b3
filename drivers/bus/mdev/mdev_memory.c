/* SPDX-License-Identifier: BSD-3-Clause
 * Copyright(c) 2026 The DPDK mdev bus authors
 */

#include <errno.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdlib.h>

#include <dev_vfio.h>
#include <eal_export.h>
#include <rte_common.h>
#include <rte_eal.h>
#include <rte_eal_paging.h>
#include <rte_errno.h>
#include <rte_memory.h>

#include "private.h"

/**
 * @file
 * Memory that comes from a device, as memory of DPDK.
 */

/* EAL knows it as pages, each of which has an IOVA: its virtual address. */
static int
mdev_memory_register(void *addr, size_t len)
{
	size_t page = rte_mem_page_size();
	size_t i, count = len / page;
	rte_iova_t *iova;
	int ret = 0;

	iova = malloc(count * sizeof(*iova));
	if (iova == NULL)
		return -ENOMEM;
	for (i = 0; i < count; i++)
		iova[i] = (uintptr_t)addr + i * page;

	if (rte_extmem_register(addr, len, iova, count, page) != 0)
		ret = -rte_errno;
	free(iova);

	return ret;
}

/* All processes have one container. */
static int
mdev_memory_share_first(void *addr, size_t len)
{
	int ret;

	ret = mdev_memory_register(addr, len);
	if (ret < 0)
		return ret;

	if (dev_vfio_container_dma_map(DEV_VFIO_DEFAULT_CONTAINER_FD, (uintptr_t)addr,
				       (uintptr_t)addr, len) != 0) {
		rte_extmem_unregister(addr, len);
		return -EIO;
	}

	return 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_memory_share)
int
rte_mdev_memory_share(const struct rte_mdev_device *dev, void *addr, size_t len)
{
	size_t page = rte_mem_page_size();
	int ret;

	if (rte_eal_iova_mode() != RTE_IOVA_VA) {
		MDEV_LOG(ERR, "%s: memory of the device can be shared with IOVA as VA only, start with --iova-mode=va",
			 dev->name);
		return -ENOTSUP;
	}

	if (len == 0 || len % page != 0 || (uintptr_t)addr % page != 0)
		ret = -EINVAL;
	else if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		ret = mdev_memory_share_first(addr, len);
	else
		ret = rte_extmem_attach(addr, len) != 0 ? -rte_errno : 0;
	if (ret < 0)
		MDEV_LOG(ERR, "%s: cannot share %zu bytes at %p with DPDK: %s", dev->name, len,
			 addr, rte_strerror(-ret));

	return ret;
}

static int
mdev_memory_unshare_last(void *addr, size_t len)
{
	if (rte_mem_virt2memseg_list(addr) == NULL)
		return -ENOENT;

	if (dev_vfio_container_dma_unmap(DEV_VFIO_DEFAULT_CONTAINER_FD, (uintptr_t)addr,
					 (uintptr_t)addr, len) != 0)
		return -EIO;

	return rte_extmem_unregister(addr, len) != 0 ? -rte_errno : 0;
}

RTE_EXPORT_INTERNAL_SYMBOL(rte_mdev_memory_unshare)
int
rte_mdev_memory_unshare(const struct rte_mdev_device *dev, void *addr, size_t len)
{
	int ret;

	if (rte_eal_process_type() == RTE_PROC_PRIMARY)
		ret = mdev_memory_unshare_last(addr, len);
	else
		ret = rte_extmem_detach(addr, len) != 0 ? -rte_errno : 0;
	if (ret < 0)
		MDEV_LOG(ERR, "%s: %zu bytes at %p stay shared with DPDK: %s", dev->name, len,
			 addr, rte_strerror(-ret));

	return ret;
}
