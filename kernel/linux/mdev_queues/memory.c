// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The regions: memory of the kernel that a program maps. It is vmalloc_user(), ordinary
 * pages, so that a container takes it for the DMA of other devices.
 *
 * RINGS and MEMORY are as old as the device is open: a program that had it before may
 * have pinned them, and its NICs reach what it has pinned. STATUS, which can only be
 * read, stays with the port.
 */

#include <linux/mm.h>
#include <linux/module.h>
#include <linux/nospec.h>
#include <linux/sched/mm.h>
#include <linux/vmalloc.h>

#include "mdev_queues.h"

unsigned int mq_max_memory = 256;
module_param_named(max_memory, mq_max_memory, uint, 0644);
MODULE_PARM_DESC(max_memory, "the most memory of a device, in MiB");

static u64 mq_rings_size(const struct mq *mq)
{
	return 2 * mq->nr_queues * (u64)NETMDEV_RING_STRIDE;
}

int mq_memory_open(struct mq *mq)
{
	mq->rings = vmalloc_user(mq_rings_size(mq));
	if (!mq->rings)
		return -ENOMEM;
	memset(mq->status->queue, 0, sizeof(mq->status->queue));
	return 0;
}

/* No queue is enabled, and nobody has the device open or a part of it mapped. */
void mq_memory_close(struct mq *mq)
{
	struct mq_memory *memory = &mq->memory;

	if (memory->addr) {
		vfree(memory->addr);
		account_locked_vm(memory->mm, memory->size >> PAGE_SHIFT,
				  false);
		mmdrop(memory->mm);
	}
	*memory = (struct mq_memory){};
	vfree(mq->rings);
	mq->rings = NULL;
}

static int mq_memory_check(struct mq *mq, u64 size)
{
	u64 max = (u64)READ_ONCE(mq_max_memory) << 20;

	if (!size || !PAGE_ALIGNED(size))
		return -EINVAL;
	if (size <= max)
		return 0;
	if (net_ratelimit())
		netdev_err(mq->ndev,
			   "a program asks for %llu bytes of memory, the parameter max_memory of " MQ_NAME " allows %llu\n",
			   size, max);
	return -E2BIG;
}

/* Under mq.lock, which mmap() must not take: who sees the address sees the rest. */
static int mq_memory_make(struct mq_memory *memory, u64 size)
{
	int ret = account_locked_vm(current->mm, size >> PAGE_SHIFT, true);
	void *addr;

	if (ret)
		return ret;
	addr = vmalloc_user(size);
	if (!addr) {
		account_locked_vm(current->mm, size >> PAGE_SHIFT, false);
		return -ENOMEM;
	}
	memory->size = size;
	memory->mm = current->mm;
	mmgrab(memory->mm);
	smp_store_release(&memory->addr, addr);
	return 0;
}

int mq_memory_alloc(struct mq *mq, u64 size)
{
	int ret = mq_memory_check(mq, size);

	if (ret)
		return ret;
	mutex_lock(&mq->lock);
	ret = mq->memory.addr ? -EEXIST : mq_memory_make(&mq->memory, size);
	mutex_unlock(&mq->lock);
	if (ret == -ENOMEM && net_ratelimit())
		netdev_err(mq->ndev,
			   "no %llu bytes of memory for a program: ulimit -l, or there are not so many\n",
			   size);
	return ret;
}

void *mq_memory_at(const struct mq *mq, u64 addr, u32 len)
{
	const struct mq_memory *memory = &mq->memory;

	if (addr >= memory->size || len > memory->size - addr)
		return NULL;
	return memory->addr + array_index_nospec(addr, memory->size);
}

/*
 * Regions
 */

u64 mq_memory_size(struct mq *mq, unsigned int index)
{
	switch (index) {
	case MQ_STATUS:
		return PAGE_SIZE;
	case MQ_RINGS:
		return mq_rings_size(mq);
	case MQ_MEMORY:
		return smp_load_acquire(&mq->memory.addr) ? mq->memory.size : 0;
	default:
		return 0;
	}
}

/* Of a region that has a size */
static void *mq_memory_addr(struct mq *mq, unsigned int index)
{
	switch (index) {
	case MQ_STATUS:
		return mq->status;
	case MQ_RINGS:
		return mq->rings;
	default:
		return mq->memory.addr;
	}
}

int mq_memory_region(struct vfio_device *vdev, struct vfio_region_info *info,
		     struct vfio_info_cap *caps)
{
	if (info->index >= MQ_NUM_REGIONS)
		return -EINVAL;
	info->offset = (u64)info->index << MDEV_REGION_SHIFT;
	info->size = mq_memory_size(mq_of(vdev), info->index);
	info->flags = 0;
	if (info->size)
		info->flags = VFIO_REGION_INFO_FLAG_READ |
			      VFIO_REGION_INFO_FLAG_MMAP;
	if (info->size && info->index != MQ_STATUS)
		info->flags |= VFIO_REGION_INFO_FLAG_WRITE;
	return mdev_add_type(caps, NETMDEV_REGION_TYPE,
			     NETMDEV_REGION_STATUS + info->index);
}

int mq_memory_access(struct vfio_device *vdev, unsigned int index, u64 off,
		     u8 *val, unsigned int len, bool write)
{
	void *at = mq_memory_addr(mq_of(vdev), index) + off;

	if (!write)
		memcpy(val, at, len);
	else if (index != MQ_STATUS)
		memcpy(at, val, len);
	else
		return -EPERM;
	return 0;
}

/* The kernel checks that it is not more than there is. */
int mq_memory_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	const unsigned int shift = MDEV_REGION_SHIFT - PAGE_SHIFT;
	unsigned int index = vma->vm_pgoff >> shift;
	unsigned long first = vma->vm_pgoff & (BIT(shift) - 1);
	struct mq *mq = mq_of(vdev);

	if (!(vma->vm_flags & VM_SHARED) || !mq_memory_size(mq, index))
		return -EINVAL;
	if (index == MQ_STATUS) {
		if (vma->vm_flags & VM_WRITE)
			return -EPERM;
		/* mprotect() must not give it either. */
		vm_flags_clear(vma, VM_MAYWRITE);
	}
	return remap_vmalloc_range(vma, mq_memory_addr(mq, index), first);
}
