// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Pages of a program's memory that the device holds, as a device that does DMA
 * would, on demand of the file shape/pins.
 *
 * What is pinned stays where it is, but it is the device's only as long as the
 * program maps it for DMA and has the device open: when the program unmaps it,
 * it is forgotten before the callback returns. The lock is held meanwhile, and
 * by whoever uses a page, so nobody uses one that is gone.
 *
 * To pin may take long, for the memory may have to come first. So this has a
 * lock of its own, which nothing else of the device waits for. VFIO takes its
 * own locks inside it, and calls the callback without them.
 */

#include <linux/highmem.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "mdev_shapes.h"

/* So many can be shown in a page. */
#define MSHAPE_MAX_PINS		64

struct mshape_pin {
	struct list_head node;
	u64 iova;
	u32 nr_pages;
	struct page *first;
};

static u64 mshape_pin_last(const struct mshape_pin *pin)
{
	return pin->iova + ((u64)pin->nr_pages << PAGE_SHIFT) - 1;
}

static bool mshape_pin_overlaps(const struct mshape_pin *pin, u64 first,
				u64 last)
{
	return pin->iova <= last && mshape_pin_last(pin) >= first;
}

static int mshape_pin_check(struct mshapes *ms, const struct mshape_pin *new)
{
	struct mshape_pin *pin;
	unsigned int nr = 0;

	lockdep_assert_held(&ms->pin_lock);
	/* VFIO warns of those who pin before that. */
	if (!ms->can_pin)
		return -ENODEV;
	list_for_each_entry(pin, &ms->pins, node) {
		if (mshape_pin_overlaps(pin, new->iova, mshape_pin_last(new)))
			return -EBUSY;
		nr++;
	}
	return nr < MSHAPE_MAX_PINS ? 0 : -E2BIG;
}

static int mshape_pin_pages(struct mshapes *ms, struct mshape_pin *pin)
{
	struct page **pages;
	int ret;

	pages = kvcalloc(pin->nr_pages, sizeof(*pages), GFP_KERNEL);
	if (!pages)
		return -ENOMEM;
	/* All of them or an error */
	ret = vfio_pin_pages(&ms->vdev, pin->iova, pin->nr_pages,
			     IOMMU_READ | IOMMU_WRITE, pages);
	pin->first = pages[0];
	kvfree(pages);
	return ret < 0 ? ret : 0;
}

int mshape_pin(struct mshapes *ms, u64 iova, u32 nr_pages)
{
	struct mshape_pin *pin;
	int ret;

	if (!PAGE_ALIGNED(iova) || !nr_pages)
		return -EINVAL;
	if (nr_pages > VFIO_PIN_PAGES_MAX_ENTRIES)
		return -E2BIG;
	if (iova > U64_MAX - ((u64)nr_pages << PAGE_SHIFT))
		return -EINVAL;

	pin = kzalloc(sizeof(*pin), GFP_KERNEL);
	if (!pin)
		return -ENOMEM;
	pin->iova = iova;
	pin->nr_pages = nr_pages;

	mutex_lock(&ms->pin_lock);
	ret = mshape_pin_check(ms, pin) ?: mshape_pin_pages(ms, pin);
	if (!ret)
		list_add_tail(&pin->node, &ms->pins);
	mutex_unlock(&ms->pin_lock);
	if (ret)
		kfree(pin);
	return ret;
}

/* One that is cut goes as a whole: the device could not use it any more. */
static void mshape_unpin(struct mshapes *ms, u64 first, u64 last)
{
	struct mshape_pin *pin;
	struct mshape_pin *next;

	lockdep_assert_held(&ms->pin_lock);
	list_for_each_entry_safe(pin, next, &ms->pins, node) {
		if (!mshape_pin_overlaps(pin, first, last))
			continue;
		vfio_unpin_pages(&ms->vdev, pin->iova, pin->nr_pages);
		list_del(&pin->node);
		kfree(pin);
	}
}

void mshape_pins_unmapped(struct mshapes *ms, u64 iova, u64 length)
{
	mutex_lock(&ms->pin_lock);
	mshape_unpin(ms, iova, iova + length - 1);
	mutex_unlock(&ms->pin_lock);
}

void mshape_pins_open(struct mshapes *ms)
{
	mutex_lock(&ms->pin_lock);
	ms->can_pin = true;
	mutex_unlock(&ms->pin_lock);
}

void mshape_pins_close(struct mshapes *ms)
{
	mutex_lock(&ms->pin_lock);
	ms->can_pin = false;
	mshape_unpin(ms, 0, U64_MAX);
	mutex_unlock(&ms->pin_lock);
}

ssize_t mshape_pins_show(struct mshapes *ms, char *buf)
{
	struct mshape_pin *pin;
	ssize_t at = 0;
	__le32 word;

	mutex_lock(&ms->pin_lock);
	list_for_each_entry(pin, &ms->pins, node) {
		memcpy_from_page((char *)&word, pin->first, 0, sizeof(word));
		at += sysfs_emit_at(buf, at, "0x%llx %u 0x%08x\n", pin->iova,
				    pin->nr_pages, le32_to_cpu(word));
	}
	mutex_unlock(&ms->pin_lock);
	return at;
}
