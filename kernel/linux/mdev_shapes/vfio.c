// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The VFIO device. A region is memory, but for the configuration space; a page
 * of it is allocated when it is first written or touched through a mapping,
 * and freed when the device is closed. So a region may be large.
 *
 * How much is allocated is up to the program. So it is accounted to the
 * program's cgroup, and there is an end to it.
 */

#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/nospec.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "mdev_shapes.h"

static unsigned int mshape_nr_regions(const struct mshape *shape)
{
	unsigned int nr = MSHAPE_MAX_REGIONS;

	while (nr > VFIO_PCI_NUM_REGIONS && !shape->regions[nr - 1].size)
		nr--;
	return nr;
}

/* Returns the index of the region at a position, or a negative error. */
static int mshape_region_at(const struct mshape *shape, u64 pos)
{
	unsigned int i;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++) {
		const struct mshape_region *region = &shape->regions[i];

		if (pos >= region->offset &&
		    pos - region->offset < region->size)
			return i;
	}
	return -EINVAL;
}

static struct page *mshape_alloc_page(struct mshapes *ms)
{
	struct page *page;

	if (!atomic_add_unless(&ms->nr_pages, 1, MSHAPE_MAX_PAGES))
		return ERR_PTR(-ENOSPC);
	page = alloc_page(GFP_KERNEL_ACCOUNT | __GFP_ZERO);
	if (page)
		return page;
	atomic_dec(&ms->nr_pages);
	return ERR_PTR(-ENOMEM);
}

static void mshape_free_page(struct mshapes *ms, struct page *page)
{
	put_page(page);
	atomic_dec(&ms->nr_pages);
}

/* Two may want the same new page at a time, and get the same. */
static struct page *mshape_get_page(struct mshapes *ms, unsigned int region,
				    unsigned long nr)
{
	struct xarray *pages = &ms->pages[region];
	struct page *page = xa_load(pages, nr);
	struct page *other;

	if (page)
		return page;
	page = mshape_alloc_page(ms);
	if (IS_ERR(page))
		return page;
	other = xa_cmpxchg(pages, nr, NULL, page, GFP_KERNEL);
	if (other) {
		mshape_free_page(ms, page);
		page = xa_is_err(other) ? ERR_PTR(xa_err(other)) : other;
	}
	return page;
}

/*
 * The vectors of MSI-X are masked until a driver unmasks them: it must find the
 * table so, with memory as elsewhere behind it.
 */
static int mshape_mask_vectors(struct mshapes *ms)
{
	const struct mshape_place *table = &ms->shape.table;
	u32 i;

	for (i = 0; i < ms->shape.irqs[VFIO_PCI_MSIX_IRQ_INDEX]; i++) {
		u32 off = table->offset + i * PCI_MSIX_ENTRY_SIZE +
			  PCI_MSIX_ENTRY_VECTOR_CTRL;
		struct page *page = mshape_get_page(ms, table->bar,
						    off >> PAGE_SHIFT);

		if (IS_ERR(page))
			return PTR_ERR(page);
		put_unaligned_le32(PCI_MSIX_ENTRY_CTRL_MASKBIT,
				   page_address(page) + offset_in_page(off));
	}
	return 0;
}

static void mshape_free_pages(struct mshapes *ms)
{
	struct page *page;
	unsigned long nr;
	unsigned int i;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++) {
		xa_for_each(&ms->pages[i], nr, page) {
			mshape_free_page(ms, page);
			cond_resched();
		}
		xa_destroy(&ms->pages[i]);
	}
}

static void mshape_clear_pages(struct mshapes *ms)
{
	struct page *page;
	unsigned long nr;
	unsigned int i;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++)
		xa_for_each(&ms->pages[i], nr, page) {
			clear_page(page_address(page));
			cond_resched();
		}
}

static int mshape_config_access(struct vfio_device *vdev, unsigned int index,
				u64 off, u8 *val, unsigned int len, bool write)
{
	struct mshapes *ms = mshape_of(vdev);

	mutex_lock(&ms->lock);
	if (write)
		mshape_config_write(ms, off, val, len);
	else
		mshape_config_read(ms, off, val, len);
	mutex_unlock(&ms->lock);
	return 0;
}

static int mshape_rw_page(struct mshapes *ms, unsigned int region, u64 off,
			  char __user *buf, size_t len, bool write)
{
	unsigned long nr = off >> PAGE_SHIFT;
	struct page *page;
	void *memory;

	if (write) {
		page = mshape_get_page(ms, region, nr);
		if (IS_ERR(page))
			return PTR_ERR(page);
		memory = page_address(page) + offset_in_page(off);
		return copy_from_user(memory, buf, len) ? -EFAULT : 0;
	}

	page = xa_load(&ms->pages[region], nr);
	if (!page)
		return clear_user(buf, len) ? -EFAULT : 0;
	memory = page_address(page) + offset_in_page(off);
	return copy_to_user(buf, memory, len) ? -EFAULT : 0;
}

static ssize_t mshape_rw_pages(struct mshapes *ms, unsigned int region, u64 off,
			       char __user *buf, size_t count, bool write)
{
	size_t done = 0;
	int ret;

	while (done < count) {
		size_t len = min_t(size_t, count - done,
				   PAGE_SIZE - offset_in_page(off));

		/* It may be gigabytes. */
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = mshape_rw_page(ms, region, off, buf + done, len, write);
		if (ret)
			return ret;
		off += len;
		done += len;
		cond_resched();
	}
	return done;
}

static ssize_t mshape_rw(struct mshapes *ms, char __user *buf, size_t count,
			 loff_t *ppos, bool write)
{
	u32 need = write ? VFIO_REGION_INFO_FLAG_WRITE :
			   VFIO_REGION_INFO_FLAG_READ;
	int index = mshape_region_at(&ms->shape, *ppos);
	const struct mshape_region *region;
	ssize_t done;
	u64 off;

	if (index < 0)
		return index;
	region = &ms->shape.regions[index];
	if (!(region->flags & need))
		return -EINVAL;

	off = *ppos - region->offset;
	if (index == VFIO_PCI_CONFIG_REGION_INDEX)
		return mdev_rw(&ms->vdev, index, off, region->size, buf, count,
			       ppos, write, mshape_config_access);

	off = array_index_nospec(off, region->size);
	done = mshape_rw_pages(ms, index, off, buf,
			       min_t(u64, count, region->size - off), write);
	if (done > 0)
		*ppos += done;
	return done;
}

static ssize_t mshape_read(struct vfio_device *vdev, char __user *buf,
			   size_t count, loff_t *ppos)
{
	return mshape_rw(mshape_of(vdev), buf, count, ppos, false);
}

static ssize_t mshape_write(struct vfio_device *vdev, const char __user *buf,
			    size_t count, loff_t *ppos)
{
	return mshape_rw(mshape_of(vdev), (char __user *)buf, count, ppos,
			 true);
}

static vm_fault_t mshape_fault(struct vm_fault *vmf)
{
	struct mshapes *ms = vmf->vma->vm_private_data;
	int index = mshape_region_at(&ms->shape, (u64)vmf->pgoff << PAGE_SHIFT);
	struct page *page;

	if (index < 0)
		return VM_FAULT_SIGBUS;
	page = mshape_get_page(ms, index, vmf->pgoff -
			       (ms->shape.regions[index].offset >> PAGE_SHIFT));
	/* Other than for lack of memory, trying again would not help. */
	if (IS_ERR(page))
		return vmf_error(PTR_ERR(page));
	get_page(page);
	vmf->page = page;
	return 0;
}

static const struct vm_operations_struct mshape_vm_ops = {
	.fault = mshape_fault,
};

/* A mapping must lie in one of the areas. */
static bool mshape_can_mmap(const struct mshape_region *region, u64 off,
			    u64 len)
{
	u32 i;

	if (!(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return false;
	if (!region->nr_areas)
		return len <= region->size - off;
	for (i = 0; i < region->nr_areas; i++) {
		u64 start = region->areas[i].offset;
		u64 size = region->areas[i].size;

		if (off >= start && off - start < size &&
		    len <= size - (off - start))
			return true;
	}
	return false;
}

static int mshape_mmap(struct vfio_device *vdev, struct vm_area_struct *vma)
{
	struct mshapes *ms = mshape_of(vdev);
	u64 pos = (u64)vma->vm_pgoff << PAGE_SHIFT;
	int index = mshape_region_at(&ms->shape, pos);
	const struct mshape_region *region;

	if (index < 0)
		return index;
	region = &ms->shape.regions[index];
	if (!(vma->vm_flags & VM_SHARED) ||
	    !mshape_can_mmap(region, pos - region->offset,
			     vma->vm_end - vma->vm_start))
		return -EINVAL;
	if ((vma->vm_flags & VM_READ &&
	     !(region->flags & VFIO_REGION_INFO_FLAG_READ)) ||
	    (vma->vm_flags & VM_WRITE &&
	     !(region->flags & VFIO_REGION_INFO_FLAG_WRITE)))
		return -EINVAL;

	/* mprotect() must not give what was not given here. */
	if (!(region->flags & VFIO_REGION_INFO_FLAG_READ))
		vm_flags_clear(vma, VM_MAYREAD);
	if (!(region->flags & VFIO_REGION_INFO_FLAG_WRITE))
		vm_flags_clear(vma, VM_MAYWRITE);
	vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	vma->vm_private_data = ms;
	vma->vm_ops = &mshape_vm_ops;
	return 0;
}

static void mshape_info(struct vfio_device *vdev, struct vfio_device_info *info)
{
	const struct mshape *shape = &mshape_of(vdev)->shape;

	info->flags = VFIO_DEVICE_FLAGS_PCI;
	if (shape->has_reset)
		info->flags |= VFIO_DEVICE_FLAGS_RESET;
	info->num_regions = mshape_nr_regions(shape);
	info->num_irqs = VFIO_PCI_NUM_IRQS;
}

static int mshape_get_region_info(struct vfio_device *vdev,
				  struct vfio_region_info *info,
				  struct vfio_info_cap *caps)
{
	const struct mshape *shape = &mshape_of(vdev)->shape;
	unsigned int nr = mshape_nr_regions(shape);
	const struct mshape_region *region;
	int ret = 0;

	if (info->index >= nr)
		return -EINVAL;

	region = &shape->regions[array_index_nospec(info->index, nr)];
	info->size = region->size;
	info->offset = region->offset;
	info->flags = region->flags & (VFIO_REGION_INFO_FLAG_READ |
				       VFIO_REGION_INFO_FLAG_WRITE |
				       VFIO_REGION_INFO_FLAG_MMAP);
	if (region->nr_areas)
		ret = mdev_add_areas(caps, region->areas, region->nr_areas);
	/* What is beyond the standard regions says what it is. */
	if (!ret && info->index >= VFIO_PCI_NUM_REGIONS)
		ret = mdev_add_type(caps, VFIO_REGION_TYPE_PCI_VENDOR_TYPE |
				    shape->vendor, info->index);
	return ret;
}

static int mshape_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info)
{
	const struct mshape *shape = &mshape_of(vdev)->shape;

	info->count = shape->irqs[info->index];
	if (!info->count && shape->absent_irq_fails)
		return -EINVAL;
	/* as vfio-pci says, even of what is not there */
	info->flags = VFIO_IRQ_INFO_EVENTFD;
	if (info->count && info->index == VFIO_PCI_INTX_IRQ_INDEX)
		info->flags |= VFIO_IRQ_INFO_MASKABLE |
			      VFIO_IRQ_INFO_AUTOMASKED;
	return 0;
}

static int mshape_set_irqs(struct vfio_device *vdev,
			   const struct vfio_irq_set *set, const void *data)
{
	struct mshapes *ms = mshape_of(vdev);
	int ret;

	mutex_lock(&ms->lock);
	ret = mdev_irq_set(vdev, set, data, &mshape_irqs);
	mutex_unlock(&ms->lock);
	return ret;
}

static int mshape_reset(struct vfio_device *vdev)
{
	struct mshapes *ms = mshape_of(vdev);

	if (!ms->shape.has_reset)
		return -EINVAL;
	mutex_lock(&ms->lock);
	mshape_config_reset(ms);
	mutex_unlock(&ms->lock);
	mshape_clear_pages(ms);
	return mshape_mask_vectors(ms);
}

static const struct mdev_vfio mshape_vfio = {
	.info = mshape_info,
	.region_info = mshape_get_region_info,
	.irq_info = mshape_irq_info,
	.set_irqs = mshape_set_irqs,
	.reset = mshape_reset,
};

static long mshape_ioctl(struct vfio_device *vdev, unsigned int cmd,
			 unsigned long arg)
{
	return mdev_vfio_ioctl(vdev, cmd, arg, &mshape_vfio);
}

static int mshape_init_device(struct vfio_device *vdev)
{
	struct mshapes *ms = mshape_of(vdev);
	unsigned int i;

	mutex_init(&ms->lock);
	mutex_init(&ms->pin_lock);
	INIT_LIST_HEAD(&ms->pins);
	for (i = 0; i < MSHAPE_MAX_REGIONS; i++)
		xa_init_flags(&ms->pages[i], XA_FLAGS_ACCOUNT);
	mshape_init(&ms->shape);
	return 0;
}

static void mshape_release_device(struct vfio_device *vdev)
{
	struct mshapes *ms = mshape_of(vdev);

	mutex_destroy(&ms->pin_lock);
	mutex_destroy(&ms->lock);
	mdev_compat_free(vdev);
}

static int mshape_start(struct mshapes *ms)
{
	int ret = mshape_irq_open(ms) ?: mshape_mask_vectors(ms);

	if (ret) {
		mshape_irq_close(ms);
		mshape_free_pages(ms);
		return ret;
	}
	mshape_config_reset(ms);
	ms->is_open = true;
	return 0;
}

static int mshape_open_device(struct vfio_device *vdev)
{
	struct mshapes *ms = mshape_of(vdev);
	int ret;

	mutex_lock(&ms->lock);
	ret = mshape_start(ms);
	mutex_unlock(&ms->lock);
	if (!ret)
		mshape_pins_open(ms);
	return ret;
}

static void mshape_close_device(struct vfio_device *vdev)
{
	struct mshapes *ms = mshape_of(vdev);

	mshape_pins_close(ms);
	mutex_lock(&ms->lock);
	mshape_irq_close(ms);
	ms->is_open = false;
	mutex_unlock(&ms->lock);
	mshape_free_pages(ms);
}

/* Memory is no longer mapped for DMA when this returns. */
static void mshape_dma_unmap(struct vfio_device *vdev, u64 iova, u64 length)
{
	mshape_pins_unmapped(mshape_of(vdev), iova, length);
}

static void mshape_request(struct vfio_device *vdev, unsigned int count)
{
	struct mshapes *ms = mshape_of(vdev);
	struct eventfd_ctx **req;

	mutex_lock(&ms->lock);
	req = ms->triggers[VFIO_PCI_REQ_IRQ_INDEX];
	mdev_request(vdev, req ? *req : NULL, count);
	mutex_unlock(&ms->lock);
}

const struct vfio_device_ops mshape_vfio_ops = {
	.name = "vfio-mdev-shapes",
	.init = mshape_init_device,
	.release = mshape_release_device,
	.open_device = mshape_open_device,
	.close_device = mshape_close_device,
	.read = mshape_read,
	.write = mshape_write,
	.ioctl = mshape_ioctl,
	MDEV_COMPAT_REGION_INFO(mshape_get_region_info)
	MDEV_COMPAT_IOMMUFD
	.mmap = mshape_mmap,
	.dma_unmap = mshape_dma_unmap,
	.request = mshape_request,
};
