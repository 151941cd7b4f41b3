// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The VFIO device: what user space can open, ask, read, write and map.
 *
 * Only VFIO_DEVICE_GET_REGION_INFO tells where a region is in the device file.
 * vfio-pci's offsets are index << 40, which is no promise; these here count
 * down, so that a program that does not ask finds out.
 *
 * No two devices have the same offsets, nor does any other driver have them.
 * Before Linux 6.10 the files of all VFIO devices are one to the kernel's
 * memory management (they share an address space), and only the offset tells it
 * whose mappings mpci_zap_bars() means.
 */

#include <linux/capability.h>
#include <linux/idr.h>
#include <linux/nospec.h>
#include <linux/sched/mm.h>

#include "mdev_pci.h"

/* A device has room for 16 regions, and there are 2^18 devices. */
#define MPCI_DEVICE_SHIFT	44
#define MPCI_MAX_ID		(BIT(18) - 1)
#define MPCI_FIRST_OFFSET	BIT_ULL(62)

static DEFINE_IDA(mpci_ida);

static u64 mpci_device_offset(const struct mpci *mp)
{
	return MPCI_FIRST_OFFSET + ((u64)mp->id << MPCI_DEVICE_SHIFT);
}

static u64 mpci_region_offset(const struct mpci *mp, unsigned int index)
{
	return mpci_device_offset(mp) +
	       ((u64)(VFIO_PCI_NUM_REGIONS - index) << MDEV_REGION_SHIFT);
}

/* The inverse. What is in no region has an index that no region has. */
static unsigned int mpci_region_at(const struct mpci *mp, u64 pos)
{
	return VFIO_PCI_NUM_REGIONS -
	       ((pos - mpci_device_offset(mp)) >> MDEV_REGION_SHIFT);
}

static const struct mpci_bar *mpci_bar(const struct mpci *mp,
				       unsigned int index)
{
	if (index >= PCI_STD_NUM_BARS)
		return NULL;
	/* User space names it: not even by a guess may the CPU go beyond. */
	index = array_index_nospec(index, PCI_STD_NUM_BARS);
	return &mp->func->bars[index];
}

static u64 mpci_region_size(const struct mpci *mp, unsigned int index)
{
	const struct mpci_bar *bar = mpci_bar(mp, index);

	if (bar)
		return bar->size;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return mp->func->pdev->cfg_size;
	return 0;
}

/* One access of the hardware, as wide as the one that user space wants. */
static void mpci_bar_access(const struct mpci_bar *bar, u64 off, u8 *val,
			    unsigned int len, bool write)
{
	void __iomem *io = bar->io + off;

	switch (len) {
	case sizeof(u32):
		if (write)
			iowrite32(get_unaligned_le32(val), io);
		else
			put_unaligned_le32(ioread32(io), val);
		break;
	case sizeof(u16):
		if (write)
			iowrite16(get_unaligned_le16(val), io);
		else
			put_unaligned_le16(ioread16(io), val);
		break;
	default:
		if (write)
			iowrite8(*val, io);
		else
			*val = ioread8(io);
	}
}

/*
 * The kernel takes down the memory of a program that ends before it closes its
 * files. So at the time of mpci_close_device() the function could have written
 * to pages that belong to somebody else for a while; here it is in time.
 *
 * Which program is it? Not always the one that opened the device: that may have
 * been a broker, which passed the file on. It is the one with the driver, whose
 * memory the function is told, and that is who makes the function bus master.
 */
static void mpci_mm_release(struct mmu_notifier *mm_watch,
			    struct mm_struct *mm)
{
	struct mpci *mp = container_of(mm_watch, struct mpci, mm_watch);

	mutex_lock(&mp->lock);
	mp->watched = false;
	mpci_config_update_master(mp);
	mutex_unlock(&mp->lock);
}

static const struct mmu_notifier_ops mpci_mm_ops = {
	.release = mpci_mm_release,
};

/* Calls mpci_mm_release() if the memory is still there. */
static void mpci_unwatch(struct mpci *mp)
{
	lockdep_assert_held(&mp->watch_lock);
	if (!mp->mm_watch.mm)
		return;
	mmu_notifier_unregister(&mp->mm_watch, mp->mm_watch.mm);
	mp->mm_watch.mm = NULL;
}

static int mpci_watch(struct mpci *mp)
{
	int ret;

	mpci_unwatch(mp);
	mp->watched = true;
	mp->mm_watch.ops = &mpci_mm_ops;
	ret = mmu_notifier_register(&mp->mm_watch, current->mm);
	if (ret) {
		mp->mm_watch.mm = NULL;
		mp->watched = false;
	}
	return ret;
}

/*
 * To watch takes the lock of the program's memory, inside of which the fault
 * handler takes ours: so it is done before.
 */
static int mpci_config_access(struct mpci *mp, unsigned int off, u8 *val,
			      unsigned int len, bool write)
{
	int ret = 0;

	mutex_lock(&mp->watch_lock);
	if (write && mpci_config_sets_master(mp, off, val, len) &&
	    !mpci_config_command(mp, PCI_COMMAND_MASTER))
		ret = mpci_watch(mp);
	mutex_lock(&mp->lock);
	if (!write)
		mpci_config_read(mp, off, val, len);
	else if (!ret)
		ret = mpci_config_write(mp, off, val, len);
	mutex_unlock(&mp->lock);
	mutex_unlock(&mp->watch_lock);
	return ret;
}

static int mpci_region_access(struct vfio_device *vdev, unsigned int index,
			      u64 off, u8 *val, unsigned int len, bool write)
{
	struct mpci *mp = mpci_of(vdev);
	const struct mpci_func *func = mp->func;
	const struct mpci_bar *bar = mpci_bar(mp, index);
	int ret = 0;

	if (!bar)
		return mpci_config_access(mp, off, val, len, write);
	mutex_lock(&mp->lock);
	if (!mpci_config_command(mp, bar->is_ioport ?
					    PCI_COMMAND_IO :
					    PCI_COMMAND_MEMORY)) {
		ret = -EIO;
	} else if (index == func->msix_bar &&
		   mpci_overlap(off, len, func->msix_start, func->msix_end)) {
		/* Nobody home. */
		if (!write)
			memset(val, 0xff, len);
	} else {
		mpci_bar_access(bar, off, val, len, write);
	}
	mutex_unlock(&mp->lock);
	return ret;
}

static ssize_t mpci_rw(struct mpci *mp, char __user *buf, size_t count,
		       loff_t *ppos, bool write)
{
	unsigned int index = mpci_region_at(mp, *ppos);

	return mdev_rw(&mp->vdev, index, mdev_offset_in_region(*ppos),
		       mpci_region_size(mp, index), buf, count, ppos, write,
		       mpci_region_access);
}

static ssize_t mpci_read(struct vfio_device *vdev, char __user *buf,
			 size_t count, loff_t *ppos)
{
	return mpci_rw(mpci_of(vdev), buf, count, ppos, false);
}

static ssize_t mpci_write(struct vfio_device *vdev, const char __user *buf,
			  size_t count, loff_t *ppos)
{
	return mpci_rw(mpci_of(vdev), (char __user *)buf, count, ppos, true);
}

/*
 * From here on, the CPU accesses the function with no help of ours. The
 * mapping holds the device file: the function stays ours as long as it lives.
 *
 * But it must not be accessed while it is reset: at best that reads nonsense, on
 * some machines it is fatal. So a reset takes all pages out of the page tables,
 * and who touches one waits here until the lock is free again.
 */
static vm_fault_t mpci_fault(struct vm_fault *vmf)
{
	struct mpci *mp = vmf->vma->vm_private_data;
	u64 pos = (u64)vmf->pgoff << PAGE_SHIFT;
	resource_size_t start = pci_resource_start(mp->func->pdev,
						   mpci_region_at(mp, pos));
	vm_fault_t ret;

	mutex_lock(&mp->lock);
	ret = vmf_insert_pfn(vmf->vma, vmf->address,
			     (start + mdev_offset_in_region(pos)) >> PAGE_SHIFT);
	mutex_unlock(&mp->lock);
	return ret;
}

static const struct vm_operations_struct mpci_vm_ops = {
	.fault = mpci_fault,
};

/*
 * In whatever process they are. This takes no lock of the processes, so it can
 * be done with the lock held that the fault handler takes inside those.
 */
void mpci_zap_bars(struct mpci *mp)
{
	lockdep_assert_held(&mp->lock);
	if (mp->mapping)
		unmap_mapping_range(mp->mapping, mpci_device_offset(mp),
				    BIT_ULL(MPCI_DEVICE_SHIFT), 1);
}

static int mpci_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct mpci *mp = mpci_of(vdev);
	const struct mpci_func *func = mp->func;
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT;
	unsigned int index = mpci_region_at(mp, pos);
	const struct mpci_bar *bar = mpci_bar(mp, index);
	u64 len = vma->vm_end - vma->vm_start;
	u64 off = mdev_offset_in_region(pos);

	if (!bar || !bar->can_mmap || !(vma->vm_flags & VM_SHARED))
		return -EINVAL;
	if (off >= bar->size || len > bar->size - off)
		return -EINVAL;
	if (index == func->msix_bar &&
	    mpci_overlap(off, len, PAGE_ALIGN_DOWN(func->msix_start),
			 PAGE_ALIGN(func->msix_end)))
		return -EINVAL;

	mutex_lock(&mp->lock);
	mp->mapping = vma->vm_file->f_mapping;
	mutex_unlock(&mp->lock);

	vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	vm_flags_set(vma, VM_IO | VM_PFNMAP | VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = mp;
	vma->vm_ops = &mpci_vm_ops;
	return 0;
}

static void mpci_info(struct vfio_device *vdev, struct vfio_device_info *info)
{
	info->flags = VFIO_DEVICE_FLAGS_PCI;
	if (mpci_of(vdev)->func->has_reset)
		info->flags |= VFIO_DEVICE_FLAGS_RESET;
	info->num_regions = VFIO_PCI_NUM_REGIONS;
	info->num_irqs = VFIO_PCI_NUM_IRQS;
}

/* Which parts of the BAR can be mapped: those before and behind the table. */
static int mpci_add_areas(const struct mpci_func *func, unsigned int index,
			  struct vfio_info_cap *caps)
{
	u64 start = PAGE_ALIGN_DOWN(func->msix_start);
	u64 end = PAGE_ALIGN(func->msix_end);
	u64 size = func->bars[index].size;
	struct vfio_region_sparse_mmap_area areas[2] = {};
	unsigned int nr = 0;

	if (start)
		areas[nr++].size = start;
	if (end < size) {
		areas[nr].offset = end;
		areas[nr++].size = size - end;
	}
	return mdev_add_areas(caps, areas, nr);
}

/* VFIO has copied the structure and copies it back, and caps with it. */
static int mpci_get_region_info(struct vfio_device *vdev,
				struct vfio_region_info *info,
				struct vfio_info_cap *caps)
{
	const struct mpci *mp = mpci_of(vdev);
	const struct mpci_func *func = mp->func;
	const struct mpci_bar *bar;

	if (info->index >= VFIO_PCI_NUM_REGIONS)
		return -EINVAL;

	bar = mpci_bar(mp, info->index);
	info->offset = mpci_region_offset(mp, info->index);
	info->size = mpci_region_size(mp, info->index);
	info->flags = info->size ? VFIO_REGION_INFO_FLAG_READ |
				   VFIO_REGION_INFO_FLAG_WRITE : 0;
	if (!bar || !bar->can_mmap)
		return 0;
	info->flags |= VFIO_REGION_INFO_FLAG_MMAP;
	if (info->index != func->msix_bar || !func->msix_end)
		return 0;
	return mpci_add_areas(func, info->index, caps);
}

static int mpci_set_irqs(struct vfio_device *vdev,
			 const struct vfio_irq_set *set, const void *data)
{
	struct mpci *mp = mpci_of(vdev);
	int ret;

	mutex_lock(&mp->lock);
	ret = mdev_irq_set(vdev, set, data, &mpci_irqs);
	mutex_unlock(&mp->lock);
	return ret;
}

static int mpci_vfio_reset(struct vfio_device *vdev)
{
	struct mpci *mp = mpci_of(vdev);
	int ret;

	mutex_lock(&mp->lock);
	ret = mpci_reset(mp);
	mutex_unlock(&mp->lock);
	return ret;
}

static const struct mdev_vfio mpci_vfio = {
	.info = mpci_info,
	.region_info = mpci_get_region_info,
	.irq_info = mpci_irq_info,
	.set_irqs = mpci_set_irqs,
	.reset = mpci_vfio_reset,
};

static long mpci_ioctl(struct vfio_device *vdev, unsigned int cmd,
		       unsigned long arg)
{
	return mdev_vfio_ioctl(vdev, cmd, arg, &mpci_vfio);
}

static int mpci_init_device(struct vfio_device *vdev)
{
	struct mpci *mp = mpci_of(vdev);

	mp->id = ida_alloc_max(&mpci_ida, MPCI_MAX_ID, GFP_KERNEL);
	if (mp->id < 0)
		return mp->id;
	mutex_init(&mp->lock);
	mutex_init(&mp->watch_lock);
	mpci_irq_init(mp);
	return 0;
}

static void mpci_release_device(struct vfio_device *vdev)
{
	struct mpci *mp = mpci_of(vdev);

	ida_free(&mpci_ida, mp->id);
	mutex_destroy(&mp->watch_lock);
	mutex_destroy(&mp->lock);
	mdev_compat_free(vdev);
}

/*
 * The first file descriptor. There is one user at a time: VFIO lets only one
 * open the group, and the device is the only one in its group.
 */
static int mpci_open_device(struct vfio_device *vdev)
{
	struct mpci *mp = mpci_of(vdev);
	int ret;

	if (!capable(CAP_SYS_RAWIO))
		return -EPERM;
	/* Nobody need look for the bug when memory changes by itself. */
	add_taint(TAINT_USER, LOCKDEP_STILL_OK);
	dev_warn_ratelimited(vdev->dev, "%s (%d) gets to write all of memory\n",
			     current->comm, task_pid_nr(current));

	mutex_lock(&mp->lock);
	ret = mp->func->has_reset ? mpci_reset(mp) : 0;
	mpci_config_open(mp);
	mutex_unlock(&mp->lock);
	return ret;
}

/* The last file descriptor is gone, and with it all mappings of the BARs. */
static void mpci_close_device(struct vfio_device *vdev)
{
	struct mpci *mp = mpci_of(vdev);

	mutex_lock(&mp->watch_lock);
	mpci_unwatch(mp);
	mutex_unlock(&mp->watch_lock);

	mutex_lock(&mp->lock);
	mp->mapping = NULL;
	mpci_irq_release(mp);
	/* Bus mastering is off with this, whatever the reset does. */
	mpci_config_open(mp);
	mpci_reset(mp);
	mutex_unlock(&mp->lock);
}

static void mpci_request(struct vfio_device *vdev, unsigned int count)
{
	struct mpci *mp = mpci_of(vdev);

	mutex_lock(&mp->lock);
	mdev_request(vdev, mp->irq.req, count);
	mutex_unlock(&mp->lock);
}

/*
 * There is no dma_unmap operation: the function has been told addresses that
 * nobody here knows, so it can not be made to forget one. User space must stop
 * it before it takes memory away.
 */
const struct vfio_device_ops mpci_vfio_ops = {
	.name = "vfio-mdev-pci",
	.init = mpci_init_device,
	.release = mpci_release_device,
	.open_device = mpci_open_device,
	.close_device = mpci_close_device,
	.read = mpci_read,
	.write = mpci_write,
	.ioctl = mpci_ioctl,
	MDEV_COMPAT_REGION_INFO(mpci_get_region_info)
	MDEV_COMPAT_IOMMUFD
	.mmap = mpci_mmap,
	.request = mpci_request,
};
