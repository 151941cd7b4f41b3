// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/* See mdev_common.h. */

#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "mdev_common.h"

/*
 * VFIO's ioctls
 */

static struct vfio_device_info mdev_info(struct vfio_device *vdev,
					 const struct mdev_vfio *vfio)
{
	struct vfio_device_info info = {};

	vfio->info(vdev, &info);
	return info;
}

static long mdev_get_info(struct vfio_device *vdev, void __user *arg,
			  const struct mdev_vfio *vfio)
{
	unsigned long minsz = offsetofend(struct vfio_device_info, num_irqs);
	struct vfio_device_info info = mdev_info(vdev, vfio);

	if (copy_from_user(&info.argsz, arg, sizeof(info.argsz)))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

/* The index is in info, and comes from user space. */
static int mdev_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info,
			 const struct mdev_vfio *vfio)
{
	u32 nr = mdev_info(vdev, vfio).num_irqs;

	if (info->index >= nr)
		return -EINVAL;
	info->index = array_index_nospec(info->index, nr);
	info->flags = 0;
	info->count = 0;
	return vfio->irq_info(vdev, info);
}

static long mdev_get_irq_info(struct vfio_device *vdev, void __user *arg,
			      const struct mdev_vfio *vfio)
{
	unsigned long minsz = offsetofend(struct vfio_irq_info, count);
	struct vfio_irq_info info;
	int ret;

	if (copy_from_user(&info, arg, minsz))
		return -EFAULT;
	if (info.argsz < minsz)
		return -EINVAL;

	ret = mdev_irq_info(vdev, &info, vfio);
	if (ret)
		return ret;
	return copy_to_user(arg, &info, minsz) ? -EFAULT : 0;
}

static long mdev_set_irqs(struct vfio_device *vdev, void __user *arg,
			  const struct mdev_vfio *vfio)
{
	unsigned long minsz = offsetofend(struct vfio_irq_set, count);
	struct vfio_irq_info info = {};
	struct vfio_irq_set set;
	void *data = NULL;
	size_t size = 0;
	int ret;

	if (copy_from_user(&set, arg, minsz))
		return -EFAULT;
	info.index = set.index;
	ret = mdev_irq_info(vdev, &info, vfio);
	if (ret)
		return ret;

	/* Checks start and count, and that argsz covers the data. */
	set.index = info.index;
	ret = vfio_set_irqs_validate_and_prepare(&set, info.count,
						 info.index + 1, &size);
	if (ret)
		return ret;

	if (size) {
		data = memdup_user(arg + minsz, size);
		if (IS_ERR(data))
			return PTR_ERR(data);
	}
	ret = vfio->set_irqs(vdev, &set, data);
	kfree(data);
	return ret;
}

long mdev_vfio_ioctl(struct vfio_device *vdev, unsigned int cmd,
		     unsigned long arg, const struct mdev_vfio *vfio)
{
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case VFIO_DEVICE_GET_INFO:
		return mdev_get_info(vdev, uarg, vfio);
	case VFIO_DEVICE_GET_IRQ_INFO:
		return mdev_get_irq_info(vdev, uarg, vfio);
	case VFIO_DEVICE_SET_IRQS:
		return mdev_set_irqs(vdev, uarg, vfio);
	case VFIO_DEVICE_RESET:
		return vfio->reset(vdev);
	default:
		return mdev_compat_ioctl(vdev, cmd, uarg, vfio->region_info);
	}
}

int mdev_add_areas(struct vfio_info_cap *caps,
		   const struct vfio_region_sparse_mmap_area *areas, u32 nr)
{
	struct vfio_region_info_cap_sparse_mmap *sparse;
	size_t size = struct_size(sparse, areas, nr);
	int ret;

	sparse = kzalloc(size, GFP_KERNEL);
	if (!sparse)
		return -ENOMEM;

	sparse->header.id = VFIO_REGION_INFO_CAP_SPARSE_MMAP;
	sparse->header.version = 1;
	sparse->nr_areas = nr;
	memcpy(sparse->areas, areas, nr * sizeof(*areas));
	ret = vfio_info_add_capability(caps, &sparse->header, size);
	kfree(sparse);
	return ret;
}

int mdev_add_type(struct vfio_info_cap *caps, u32 type, u32 subtype)
{
	struct vfio_region_info_cap_type cap = {
		.header.id = VFIO_REGION_INFO_CAP_TYPE,
		.header.version = 1,
		.type = type,
		.subtype = subtype,
	};

	return vfio_info_add_capability(caps, &cap.header, sizeof(cap));
}

/*
 * Registers
 */

static unsigned int mdev_access_width(u64 off, u64 left)
{
	if (left >= sizeof(u32) && IS_ALIGNED(off, sizeof(u32)))
		return sizeof(u32);
	if (left >= sizeof(u16) && IS_ALIGNED(off, sizeof(u16)))
		return sizeof(u16);
	return sizeof(u8);
}

static int mdev_rw_one(struct vfio_device *vdev, unsigned int index, u64 off,
		       char __user *buf, unsigned int len, bool write,
		       mdev_access_t access)
{
	u8 val[sizeof(u32)];
	int ret;

	if (write && copy_from_user(val, buf, len))
		return -EFAULT;
	ret = access(vdev, index, off, val, len, write);
	if (ret)
		return ret;
	return !write && copy_to_user(buf, val, len) ? -EFAULT : 0;
}

ssize_t mdev_rw(struct vfio_device *vdev, unsigned int index, u64 off, u64 size,
		char __user *buf, size_t count, loff_t *ppos, bool write,
		mdev_access_t access)
{
	ssize_t done = 0;
	u64 left;

	if (off >= size)
		return -EINVAL;
	off = array_index_nospec(off, size);

	for (left = min_t(u64, count, size - off); left; ) {
		unsigned int len = mdev_access_width(off, left);
		int ret;

		/* It may be gigabytes, four bytes at a time. */
		if (fatal_signal_pending(current))
			return -EINTR;
		cond_resched();
		ret = mdev_rw_one(vdev, index, off, buf + done, len, write,
				  access);
		if (ret)
			return ret;
		off += len;
		done += len;
		left -= len;
	}

	*ppos += done;
	return done;
}

void mdev_write_masked(u8 *regs, const u8 *mask, const u8 *val,
		       unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		regs[i] = (regs[i] & ~mask[i]) | (val[i] & mask[i]);
}

/*
 * Interrupts
 */

struct eventfd_ctx *mdev_eventfd(s32 fd)
{
	return fd == -1 ? NULL : eventfd_ctx_fdget(fd);
}

void mdev_eventfd_replace(struct eventfd_ctx **trigger, struct eventfd_ctx *ctx)
{
	if (*trigger)
		eventfd_ctx_put(*trigger);
	*trigger = ctx;
}

static int mdev_irq_set_mask(struct vfio_device *vdev,
			     const struct vfio_irq_set *set, const void *data,
			     bool mask, const struct mdev_irqs *irqs)
{
	/* The only one that VFIO_IRQ_INFO_MASKABLE was said of. */
	if (set->index != VFIO_PCI_INTX_IRQ_INDEX || !irqs->mask)
		return -ENOTTY;
	if (!set->count)
		return -EINVAL;

	switch (set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK) {
	case VFIO_IRQ_SET_DATA_NONE:
		return irqs->mask(vdev, mask);
	case VFIO_IRQ_SET_DATA_BOOL:
		return *(const u8 *)data ? irqs->mask(vdev, mask) : 0;
	default:
		if (mask || !irqs->unmask_by)
			return -ENOTTY;
		return irqs->unmask_by(vdev, *(const s32 *)data);
	}
}

static int mdev_irq_set_trigger(struct vfio_device *vdev,
				const struct vfio_irq_set *set,
				const void *data, const struct mdev_irqs *irqs)
{
	u32 type = set->flags & VFIO_IRQ_SET_DATA_TYPE_MASK;
	const u8 *bools = data;
	u32 i;

	if (!set->count) {
		if (type != VFIO_IRQ_SET_DATA_NONE)
			return -EINVAL;
		irqs->disable(vdev, set->index);
		return 0;
	}
	if (type == VFIO_IRQ_SET_DATA_EVENTFD)
		return irqs->connect(vdev, set, data);
	for (i = 0; i < set->count; i++)
		if (!bools || bools[i])
			irqs->signal(vdev, set->index, set->start + i);
	return 0;
}

int mdev_irq_set(struct vfio_device *vdev, const struct vfio_irq_set *set,
		 const void *data, const struct mdev_irqs *irqs)
{
	switch (set->flags & VFIO_IRQ_SET_ACTION_TYPE_MASK) {
	case VFIO_IRQ_SET_ACTION_MASK:
		return mdev_irq_set_mask(vdev, set, data, true, irqs);
	case VFIO_IRQ_SET_ACTION_UNMASK:
		return mdev_irq_set_mask(vdev, set, data, false, irqs);
	case VFIO_IRQ_SET_ACTION_TRIGGER:
		return mdev_irq_set_trigger(vdev, set, data, irqs);
	default:
		return -EINVAL;
	}
}

void mdev_request(struct vfio_device *vdev, struct eventfd_ctx *req,
		  unsigned int count)
{
	mdev_eventfd_signal(req);
	if (!req && !count)
		dev_notice(vdev->dev,
			   "in use by a program that takes no removal requests, waiting until it closes the device\n");
}

/*
 * Parents
 */

int mdev_soft_parent_register(struct mdev_soft_parent *soft,
			      struct mdev_driver *driver,
			      struct mdev_type **types, unsigned int nr_types)
{
	int ret;

	soft->driver = driver;
	ret = class_register(&soft->class);
	if (ret)
		return ret;

	soft->dev = device_create(&soft->class, NULL, MKDEV(0, 0), NULL, "%s",
				  soft->class.name);
	if (IS_ERR(soft->dev)) {
		ret = PTR_ERR(soft->dev);
		goto unregister_class;
	}

	ret = mdev_register_driver(driver);
	if (ret)
		goto unregister_device;

	ret = mdev_register_parent(&soft->parent, soft->dev, driver, types,
				   nr_types);
	if (ret)
		goto unregister_driver;
	return 0;

unregister_driver:
	mdev_unregister_driver(driver);
unregister_device:
	device_unregister(soft->dev);
unregister_class:
	class_unregister(&soft->class);
	return ret;
}

void mdev_soft_parent_unregister(struct mdev_soft_parent *soft)
{
	mdev_unregister_parent(&soft->parent);
	mdev_unregister_driver(soft->driver);
	device_unregister(soft->dev);
	class_unregister(&soft->class);
}
