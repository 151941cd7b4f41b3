/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The modules are written for Linux 7.2. What differs in older kernels, back
 * to 6.1, is here and nowhere else.
 */

#ifndef MDEV_COMPAT_H
#define MDEV_COMPAT_H

#include <linux/eventfd.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/version.h>
#include <linux/vfio.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#include <linux/unaligned.h>
#else
#include <asm/unaligned.h>
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 5, 0)
#include <net/gso.h>
#endif

/* What was in linux/netdevice.h */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <net/netdev_lock.h>
#endif

/*
 * VFIO itself answers VFIO_DEVICE_GET_REGION_INFO, with what this operation
 * fills in. Before that, a driver has to do it in its own ioctl operation.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)

#define MDEV_COMPAT_REGION_INFO(get) .get_region_info_caps = get,

#define mdev_compat_ioctl(vdev, cmd, arg, get) (-ENOTTY)

#else

#define MDEV_COMPAT_REGION_INFO(get)

typedef int (*mdev_compat_region_info_t)(struct vfio_device *vdev,
					 struct vfio_region_info *info,
					 struct vfio_info_cap *caps);

/*
 * Capabilities follow the structure, if user space has made room for them. If
 * not, argsz tells how much it takes, and user space asks again.
 */
static inline int mdev_compat_put_caps(void __user *arg,
				       struct vfio_region_info *info,
				       struct vfio_info_cap *caps)
{
	size_t room = sizeof(*info) + caps->size;

	info->flags |= VFIO_REGION_INFO_FLAG_CAPS;
	if (info->argsz < room) {
		info->argsz = room;
		return 0;
	}
	vfio_info_cap_shift(caps, sizeof(*info));
	info->cap_offset = sizeof(*info);
	return copy_to_user(arg + sizeof(*info), caps->buf, caps->size) ?
	       -EFAULT : 0;
}

static inline long mdev_compat_ioctl(struct vfio_device *vdev, unsigned int cmd,
				     void __user *arg,
				     mdev_compat_region_info_t get)
{
	struct vfio_info_cap caps = {};
	struct vfio_region_info info;
	int ret;

	if (cmd != VFIO_DEVICE_GET_REGION_INFO)
		return -ENOTTY;
	if (copy_from_user(&info, arg, sizeof(info)))
		return -EFAULT;
	if (info.argsz < sizeof(info))
		return -EINVAL;

	info.cap_offset = 0;
	ret = get(vdev, &info, &caps);
	if (!ret && caps.size)
		ret = mdev_compat_put_caps(arg, &info, &caps);
	if (!ret && copy_to_user(arg, &info, sizeof(info)))
		ret = -EFAULT;
	kfree(caps.buf);
	return ret;
}

#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
#define eventfd_signal(ctx) eventfd_signal(ctx, 1)
#endif

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define MDEV_COMPAT_DETACH_IOAS \
	.detach_ioas = vfio_iommufd_emulated_detach_ioas,
#else
#define MDEV_COMPAT_DETACH_IOAS
#endif

/*
 * /dev/iommu, to user space that has opened it instead of a VFIO container. A
 * kernel that has it registers no device without these operations.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define MDEV_COMPAT_IOMMUFD \
	.bind_iommufd = vfio_iommufd_emulated_bind, \
	.unbind_iommufd = vfio_iommufd_emulated_unbind, \
	.attach_ioas = vfio_iommufd_emulated_attach_ioas, \
	MDEV_COMPAT_DETACH_IOAS
#else
#define MDEV_COMPAT_IOMMUFD
#endif

/*
 * What is mapped for DMA is of no interest to who uses no address of user space.
 * The first kernels with /dev/iommu do not ask whether there is the operation.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0) && \
	LINUX_VERSION_CODE < KERNEL_VERSION(6, 4, 0)

static inline void mdev_compat_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
}

#define MDEV_COMPAT_NO_DMA_UNMAP .dma_unmap = mdev_compat_dma_unmap,

#else
#define MDEV_COMPAT_NO_DMA_UNMAP
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void vm_flags_set(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags |= flags;
}

static inline void vm_flags_clear(struct vm_area_struct *vma, vm_flags_t flags)
{
	vma->vm_flags &= ~flags;
}
#endif

/* What the files of a class get */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
#define mdev_compat_class const struct class
#define mdev_compat_class_attribute const struct class_attribute
#else
#define mdev_compat_class struct class
#define mdev_compat_class_attribute struct class_attribute
#endif

/* An interface whose transmit function takes no lock of the kernel */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 12, 0)
#define mdev_compat_set_lltx(ndev) ((ndev)->lltx = true)
#else
#define mdev_compat_set_lltx(ndev) ((ndev)->features |= NETIF_F_LLTX)
#endif

/* How many receive queues ethtool sees: a command of get_rxnfc before */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 19, 0)
#define MDEV_COMPAT_RX_RING_COUNT(get) .get_rx_ring_count = get,
#else
#define MDEV_COMPAT_RX_RING_COUNT(get)
#endif

/* VFIO frees the device after the release operation, which did so before. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
#define mdev_compat_free(vdev)
#else
#define mdev_compat_free(vdev) vfio_free_device(vdev)
#endif

#endif
