/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * What the modules have in common: the part of VFIO's contract with user space
 * that is the same for every device. A module says in two tables what its device
 * has and does; the questions, the structures and the checks of what user space
 * gives are here.
 *
 * Each module compiles mdev_common.c into itself, by its file common.c, so there
 * is no other module to load.
 *
 *	VFIO's operation	calls here		which calls the module's
 *	.ioctl			mdev_vfio_ioctl()	struct mdev_vfio
 *	.read, .write		mdev_rw()		mdev_access_t
 *	.request		mdev_request()
 *				mdev_irq_set()		struct mdev_irqs
 *
 * What comes from user space has been checked when it gets to the module: an
 * index, a vector, an offset is in its bounds, and stays there even where the
 * processor guesses (array_index_nospec()). No lock is held.
 */

#ifndef MDEV_COMMON_H
#define MDEV_COMMON_H

#include <linux/device.h>
#include <linux/eventfd.h>
#include <linux/mdev.h>
#include <linux/types.h>
#include <linux/vfio.h>

#include "mdev_compat.h"

/*
 * The structures of VFIO's ioctls can grow. Each starts with argsz, the size that
 * user space knows; the part that is known here is read and written.
 */
struct mdev_vfio {
	/* Fill in flags, num_regions and num_irqs. */
	void (*info)(struct vfio_device *vdev, struct vfio_device_info *info);
	/* The operation get_region_info_caps of newer kernels. */
	int (*region_info)(struct vfio_device *vdev,
			   struct vfio_region_info *info,
			   struct vfio_info_cap *caps);
	/*
	 * Fill in flags and count of an index below num_irqs. An error for one
	 * that the device does not have, or count 0.
	 */
	int (*irq_info)(struct vfio_device *vdev, struct vfio_irq_info *info);
	/*
	 * Start and count lie within what irq_info() said. There are as many
	 * data as count says, or NULL for VFIO_IRQ_SET_DATA_NONE.
	 */
	int (*set_irqs)(struct vfio_device *vdev,
			const struct vfio_irq_set *set, const void *data);
	int (*reset)(struct vfio_device *vdev);
};

long mdev_vfio_ioctl(struct vfio_device *vdev, unsigned int cmd,
		     unsigned long arg, const struct mdev_vfio *vfio);

/* What can be mapped of a region that can not be mapped as a whole. */
int mdev_add_areas(struct vfio_info_cap *caps,
		   const struct vfio_region_sparse_mmap_area *areas, u32 nr);
/* What a region beyond the standard ones is. */
int mdev_add_type(struct vfio_info_cap *caps, u32 type, u32 subtype);

/*
 * Regions are windows in the device file. The offset of each is told by
 * VFIO_DEVICE_GET_REGION_INFO and nothing else is promised; but it is simple to
 * let every region begin where its number says, with room for 2^40 bytes.
 */
#define MDEV_REGION_SHIFT	40

static inline u64 mdev_offset_in_region(u64 pos)
{
	return pos & (BIT_ULL(MDEV_REGION_SHIFT) - 1);
}

/* An access of a register: of 1, 2 or 4 bytes, naturally aligned. */
typedef int (*mdev_access_t)(struct vfio_device *vdev, unsigned int index,
			     u64 off, u8 *val, unsigned int len, bool write);

/*
 * Read or write registers, from a position of a region that has this size on,
 * up to its end: with the largest accesses that fit, as a CPU would do it.
 * Returns the number of bytes, or a negative error.
 */
ssize_t mdev_rw(struct vfio_device *vdev, unsigned int index, u64 off, u64 size,
		char __user *buf, size_t count, loff_t *ppos, bool write,
		mdev_access_t access);

/* Registers like those of a PCI header: a mask says which bits can be written. */
void mdev_write_masked(u8 *regs, const u8 *mask, const u8 *val,
		       unsigned int len);

/*
 * Interrupts are eventfds that user space connects by VFIO_DEVICE_SET_IRQS. The
 * first index of a PCI function is INTx, level-triggered: it is the only one that can
 * be masked, and each signal masks it until user space has handled the cause.
 */
struct mdev_irqs {
	/* As many eventfds as the set says; -1 disconnects. */
	int (*connect)(struct vfio_device *vdev, const struct vfio_irq_set *set,
		       const s32 *fds);
	/* Disconnect all of an index. */
	void (*disable)(struct vfio_device *vdev, u32 index);
	/* Lets user space test its own handlers; may not be connected. */
	void (*signal)(struct vfio_device *vdev, u32 index, u32 vector);
	/* NULL without INTx. */
	int (*mask)(struct vfio_device *vdev, bool mask);
	/* An eventfd by which user space unmasks, -1 for none any more. Optional. */
	int (*unmask_by)(struct vfio_device *vdev, s32 fd);
};

/* For mdev_vfio.set_irqs, with a lock of the module or without. */
int mdev_irq_set(struct vfio_device *vdev, const struct vfio_irq_set *set,
		 const void *data, const struct mdev_irqs *irqs);

/* NULL for -1, with which there is nothing to connect; not an error. */
struct eventfd_ctx *mdev_eventfd(s32 fd);
/* Either may be NULL. The old one is put. */
void mdev_eventfd_replace(struct eventfd_ctx **trigger, struct eventfd_ctx *ctx);

static inline void mdev_eventfd_signal(struct eventfd_ctx *trigger)
{
	if (trigger)
		eventfd_signal(trigger);
}

/*
 * Somebody wants to remove the device, for the count-th time, and waits until user
 * space has closed it: ask it by the eventfd of VFIO_PCI_REQ_IRQ_INDEX, or one like
 * it. NULL if none is connected.
 */
void mdev_request(struct vfio_device *vdev, struct eventfd_ctx *req,
		  unsigned int count);

/* A parent that exists in software alone: one device of a class, of one name. */
struct mdev_soft_parent {
	struct class class;
	struct device *dev;
	struct mdev_parent parent;
	struct mdev_driver *driver;
};

/* The class is filled in, everything else is not. The driver comes and goes with it. */
int mdev_soft_parent_register(struct mdev_soft_parent *soft,
			      struct mdev_driver *driver,
			      struct mdev_type **types, unsigned int nr_types);
/* Removes the instances, and waits until they are closed. */
void mdev_soft_parent_unregister(struct mdev_soft_parent *soft);

#endif
