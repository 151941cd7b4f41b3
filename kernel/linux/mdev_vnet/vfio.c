// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The VFIO device: what user space can open, ask, read and write.
 *
 * Regions are windows in the device file. The offset of each is told by
 * VFIO_DEVICE_GET_REGION_INFO and nothing else is promised, but programs have
 * come to rely on vfio-pci's choice, index << 40, so it is ours, too. None of
 * the regions can be mapped: every access comes here.
 */

#include <linux/slab.h>

#include "mdev_vnet.h"

static unsigned int mvnet_region_size(unsigned int index)
{
	switch (index) {
	case VFIO_PCI_CONFIG_REGION_INDEX:
		return PCI_CFG_SPACE_SIZE;
	case VFIO_PCI_BAR0_REGION_INDEX:
		return MVNET_IO_BAR_SIZE;
	case VFIO_PCI_BAR1_REGION_INDEX:
		return MVNET_MSIX_BAR_SIZE;
	default:
		return 0;
	}
}

static int mvnet_region_read(struct mvnet *mv, unsigned int index,
			     unsigned int off, u8 *buf, unsigned int len)
{
	int ret = 0;

	mutex_lock(&mv->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		mvnet_config_read(mv, off, buf, len);
	else if (index == VFIO_PCI_BAR0_REGION_INDEX &&
		 mvnet_config_command(mv, PCI_COMMAND_IO))
		mvnet_virtio_read(mv, off, buf, len);
	else if (index == VFIO_PCI_BAR1_REGION_INDEX &&
		 mvnet_config_command(mv, PCI_COMMAND_MEMORY))
		mvnet_msix_bar_read(mv, off, buf, len);
	else
		ret = -EIO;
	mutex_unlock(&mv->lock);
	return ret;
}

static int mvnet_region_write(struct mvnet *mv, unsigned int index,
			      unsigned int off, const u8 *buf,
			      unsigned int len)
{
	unsigned int i;
	bool live;
	int ret = 0;

	/*
	 * The one register of the fast path. It changes no state, and the PMD
	 * must not wait for a worker that holds the lock.
	 */
	if (index == VFIO_PCI_BAR0_REGION_INDEX &&
	    off == VIRTIO_PCI_QUEUE_NOTIFY && len == sizeof(u16)) {
		mvnet_notified(mv, get_unaligned_le16(buf));
		return 0;
	}

	mutex_lock(&mv->lock);
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		mvnet_config_write(mv, off, buf, len);
	else if (index == VFIO_PCI_BAR0_REGION_INDEX &&
		 mvnet_config_command(mv, PCI_COMMAND_IO))
		mvnet_virtio_write(mv, off, buf, len);
	else if (index == VFIO_PCI_BAR1_REGION_INDEX &&
		 mvnet_config_command(mv, PCI_COMMAND_MEMORY))
		mvnet_msix_bar_write(mv, off, buf, len);
	else
		ret = -EIO;
	live = mv->live;
	mutex_unlock(&mv->lock);

	/* The driver may be ready now, and need not wait for its first frame. */
	for (i = 0; i < 2 * mvnet_nr_pairs && live &&
	     index == VFIO_PCI_BAR0_REGION_INDEX; i++)
		mvnet_pins_bring(mv, &mv->vq[i]);
	return ret;
}

static int mvnet_access(struct vfio_device *vdev, unsigned int index, u64 off,
			u8 *val, unsigned int len, bool write)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	return write ? mvnet_region_write(mv, index, off, val, len) :
		       mvnet_region_read(mv, index, off, val, len);
}

static ssize_t mvnet_rw(struct vfio_device *vdev, char __user *buf,
			size_t count, loff_t *ppos, bool write)
{
	unsigned int index = *ppos >> MDEV_REGION_SHIFT;

	return mdev_rw(vdev, index, mdev_offset_in_region(*ppos),
		       mvnet_region_size(index), buf, count, ppos, write,
		       mvnet_access);
}

static ssize_t mvnet_read(struct vfio_device *vdev, char __user *buf,
			  size_t count, loff_t *ppos)
{
	return mvnet_rw(vdev, buf, count, ppos, false);
}

static ssize_t mvnet_write(struct vfio_device *vdev, const char __user *buf,
			   size_t count, loff_t *ppos)
{
	return mvnet_rw(vdev, (char __user *)buf, count, ppos, true);
}

static void mvnet_info(struct vfio_device *vdev, struct vfio_device_info *info)
{
	info->flags = VFIO_DEVICE_FLAGS_PCI | VFIO_DEVICE_FLAGS_RESET;
	info->num_regions = VFIO_PCI_NUM_REGIONS;
	info->num_irqs = VFIO_PCI_NUM_IRQS;
}

/* VFIO has copied the structure and copies it back. */
static int mvnet_get_region_info(struct vfio_device *vdev,
				 struct vfio_region_info *info,
				 struct vfio_info_cap *caps)
{
	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	info->size = mvnet_region_size(info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ |
				   VFIO_REGION_INFO_FLAG_WRITE : 0;
	info->offset = (u64)info->index << MDEV_REGION_SHIFT;
	return 0;
}

static int mvnet_set_irqs(struct vfio_device *vdev,
			  const struct vfio_irq_set *set, const void *data)
{
	return mdev_irq_set(vdev, set, data, &mvnet_irqs);
}

/*
 * The virtio side starts afresh. As after the reset of a real function by
 * vfio-pci, the configuration space and the eventfds stay as they are.
 */
static int mvnet_reset(struct vfio_device *vdev)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	mutex_lock(&mv->lock);
	mvnet_virtio_reset(mv);
	mutex_unlock(&mv->lock);
	return 0;
}

static const struct mdev_vfio mvnet_vfio = {
	.info = mvnet_info,
	.region_info = mvnet_get_region_info,
	.irq_info = mvnet_irq_info,
	.set_irqs = mvnet_set_irqs,
	.reset = mvnet_reset,
};

static long mvnet_ioctl(struct vfio_device *vdev, unsigned int cmd,
			unsigned long arg)
{
	return mdev_vfio_ioctl(vdev, cmd, arg, &mvnet_vfio);
}

static int mvnet_alloc_queues(struct mvnet *mv)
{
	unsigned int i;

	mv->vq = kvcalloc(mvnet_nr_queues(), sizeof(*mv->vq), GFP_KERNEL);
	mv->pairs = kvcalloc(mvnet_nr_pairs, sizeof(*mv->pairs), GFP_KERNEL);
	if (!mv->vq || !mv->pairs) {
		kvfree(mv->vq);
		kvfree(mv->pairs);
		return -ENOMEM;
	}
	mv->nr_active = 1;
	for (i = 0; i < mvnet_nr_queues(); i++)
		spin_lock_init(&mv->vq[i].lock);
	for (i = 0; i < mvnet_nr_pairs; i++) {
		mv->pairs[i].mv = mv;
		mv->pairs[i].rx = &mv->vq[2 * i];
		mv->pairs[i].tx = &mv->vq[2 * i + 1];
	}
	return 0;
}

static int mvnet_init_device(struct vfio_device *vdev)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);
	int ret = mvnet_alloc_queues(mv);

	if (ret)
		return ret;
	mutex_init(&mv->lock);
	mutex_init(&mv->dma_lock);
	mvnet_pins_init(mv);
	mvnet_irq_init(mv);
	return 0;
}

static void mvnet_release_device(struct vfio_device *vdev)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	mutex_destroy(&mv->pins.lock);
	mutex_destroy(&mv->dma_lock);
	mutex_destroy(&mv->lock);
	kvfree(mv->pairs);
	kvfree(mv->vq);
	mdev_compat_free(vdev);
}

/*
 * The first file descriptor. There is one user at a time: VFIO lets only one
 * open the group, and the device is the only one in its group.
 */
static int mvnet_open_device(struct vfio_device *vdev)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	mutex_lock(&mv->lock);
	mvnet_config_reset(mv);
	mvnet_virtio_reset(mv);
	mutex_unlock(&mv->lock);
	return 0;
}

/*
 * The last file descriptor is gone, closed or with a process that crashed.
 * After the reset the device is not live, so nobody will touch memory of that
 * process, and the pages can go.
 */
static void mvnet_close_device(struct vfio_device *vdev)
{
	struct mvnet *mv = mvnet_of_vdev(vdev);

	mutex_lock(&mv->lock);
	mvnet_config_reset(mv);
	mvnet_virtio_reset(mv);
	mutex_unlock(&mv->lock);
	mvnet_pins_release(mv);
	mvnet_irq_release(mv);
}

static void mvnet_request(struct vfio_device *vdev, unsigned int count)
{
	mvnet_irq_request(mvnet_of_vdev(vdev), count);
}

/*
 * User space takes memory away. A driver that has pinned pages or remembers
 * addresses must let go of them here, before it returns; vfio_dma_rw() looks every
 * address up, and refuses it from now on.
 *
 * This must not wait for a lock that is held around vfio_dma_rw(), like mvnet.lock:
 * VFIO's own locks are held as well.
 */
static void mvnet_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	mvnet_pins_unmapped(mvnet_of_vdev(vdev), iova, length);
}

const struct vfio_device_ops mvnet_vfio_ops = {
	.name = "vfio-mdev-vnet",
	.init = mvnet_init_device,
	.release = mvnet_release_device,
	.open_device = mvnet_open_device,
	.close_device = mvnet_close_device,
	.read = mvnet_read,
	.write = mvnet_write,
	.ioctl = mvnet_ioctl,
	MDEV_COMPAT_REGION_INFO(mvnet_get_region_info)
	MDEV_COMPAT_IOMMUFD
	.request = mvnet_request,
	.dma_unmap = mvnet_dma_unmap,
};
