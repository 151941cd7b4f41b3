// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The files below shape/, which say what a device answers. README.rst tells
 * what is in them.
 *
 * What is written changes a copy of the shape. If the copy makes sense as a
 * whole, it becomes the shape of the device; if not, nothing is changed. So a
 * device can be opened at any time, and an open one does not change.
 */

#include <linux/device.h>
#include <linux/log2.h>
#include <linux/nospec.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "mdev_shapes.h"

#define MSHAPE_MAX_MSI		32
#define MSHAPE_MAX_MSIX		2048

/* The default: one small BAR, regions where vfio-pci has them, nothing else. */
void mshape_init(struct mshape *shape)
{
	struct mshape_region *region;
	unsigned int i;

	/* QEMU's PCI test device */
	shape->vendor = 0x1b36;
	shape->device = 0x0005;
	shape->subvendor = 0x1af4;
	shape->subdevice = 0x1100;
	shape->class = 0x00ff00;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++)
		shape->regions[i].offset = (u64)i << 40;
	region = &shape->regions[VFIO_PCI_BAR0_REGION_INDEX];
	region->size = PAGE_SIZE;
	region->flags = VFIO_REGION_INFO_FLAG_READ |
			VFIO_REGION_INFO_FLAG_WRITE |
			VFIO_REGION_INFO_FLAG_MMAP;
	region = &shape->regions[VFIO_PCI_CONFIG_REGION_INDEX];
	region->size = PCI_CFG_SPACE_SIZE;
	region->flags = VFIO_REGION_INFO_FLAG_READ |
			VFIO_REGION_INFO_FLAG_WRITE;
}

static bool mshape_is_bar(unsigned int i)
{
	return i <= VFIO_PCI_BAR5_REGION_INDEX;
}

/* In order, whole pages, within the region */
static bool mshape_areas_valid(const struct mshape_region *region)
{
	u64 end = 0;
	u32 i;

	if (region->nr_areas && !(region->flags & VFIO_REGION_INFO_FLAG_MMAP))
		return false;
	for (i = 0; i < region->nr_areas; i++) {
		const struct vfio_region_sparse_mmap_area *area =
			&region->areas[i];

		if (!area->size || !PAGE_ALIGNED(area->size) ||
		    !PAGE_ALIGNED(area->offset) || area->offset < end ||
		    area->offset >= region->size ||
		    area->size > region->size - area->offset)
			return false;
		end = area->offset + area->size;
	}
	return true;
}

static bool mshape_bar_valid(const struct mshape *shape, unsigned int i)
{
	u32 flags = shape->regions[i].flags;

	if (!mshape_is_bar(i))
		return !(flags & (MSHAPE_BAR_IO | MSHAPE_BAR_64 |
				  MSHAPE_BAR_PREFETCH));
	if (flags & MSHAPE_BAR_IO)
		return !(flags & (MSHAPE_BAR_64 | MSHAPE_BAR_PREFETCH |
				  VFIO_REGION_INFO_FLAG_MMAP));
	/* The next one is the upper half. */
	if (flags & MSHAPE_BAR_64)
		return i < VFIO_PCI_BAR5_REGION_INDEX &&
		       !shape->regions[i + 1].size;
	return shape->regions[i].size <= BIT_ULL(31);
}

static bool mshape_region_valid(const struct mshape *shape, unsigned int i)
{
	const struct mshape_region *region = &shape->regions[i];

	if (!region->size)
		return !region->flags && !region->nr_areas;
	if (region->size > MSHAPE_MAX_SIZE || region->offset > LLONG_MAX ||
	    region->size > LLONG_MAX - region->offset)
		return false;
	if (region->flags & VFIO_REGION_INFO_FLAG_MMAP &&
	    (!PAGE_ALIGNED(region->offset) || !PAGE_ALIGNED(region->size)))
		return false;
	return mshape_areas_valid(region) && mshape_bar_valid(shape, i);
}

static bool mshape_disjoint(const struct mshape *shape)
{
	unsigned int i;
	unsigned int j;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++) {
		const struct mshape_region *a = &shape->regions[i];

		for (j = 0; j < i; j++) {
			const struct mshape_region *b = &shape->regions[j];

			if (a->size && b->size &&
			    a->offset < b->offset + b->size &&
			    b->offset < a->offset + a->size)
				return false;
		}
	}
	return true;
}

static bool mshape_place_valid(const struct mshape *shape,
			       const struct mshape_place *place, u64 size)
{
	u64 room;

	if (!mshape_is_bar(place->bar) || place->offset & PCI_MSIX_TABLE_BIR)
		return false;
	room = shape->regions[place->bar].size;
	return place->offset <= room && size <= room - place->offset;
}

static bool mshape_irqs_valid(const struct mshape *shape)
{
	u32 msi = shape->irqs[VFIO_PCI_MSI_IRQ_INDEX];
	u32 msix = shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX];

	if (shape->irqs[VFIO_PCI_INTX_IRQ_INDEX] > 1 ||
	    shape->irqs[VFIO_PCI_ERR_IRQ_INDEX] > 1 ||
	    shape->irqs[VFIO_PCI_REQ_IRQ_INDEX] > 1)
		return false;
	if (msi > MSHAPE_MAX_MSI || (msi && !is_power_of_2(msi)) ||
	    msix > MSHAPE_MAX_MSIX)
		return false;
	if (!msix)
		return true;
	return mshape_place_valid(shape, &shape->table,
				  msix * PCI_MSIX_ENTRY_SIZE) &&
	       mshape_place_valid(shape, &shape->pba,
				  DIV_ROUND_UP(msix, 64) * sizeof(u64));
}

static bool mshape_valid(const struct mshape *shape)
{
	const struct mshape_region *config =
		&shape->regions[VFIO_PCI_CONFIG_REGION_INDEX];
	unsigned int i;

	for (i = 0; i < MSHAPE_MAX_REGIONS; i++)
		if (!mshape_region_valid(shape, i))
			return false;
	/* Reading it is the least that a PCI device must allow. */
	if (config->size < PCI_STD_HEADER_SIZEOF ||
	    config->size > PCI_CFG_SPACE_EXP_SIZE ||
	    !(config->flags & VFIO_REGION_INFO_FLAG_READ) ||
	    config->flags & VFIO_REGION_INFO_FLAG_MMAP)
		return false;
	return mshape_disjoint(shape) && mshape_irqs_valid(shape) &&
	       mshape_config_fits(shape);
}

/* The next of some numbers with spaces between them, not above max */
static int mshape_number(char **text, u64 max, u64 *number)
{
	char *word = strsep(text, " ");

	if (!word || kstrtou64(word, 0, number) || *number > max)
		return -EINVAL;
	return 0;
}

static int mshape_u32(char **text, u32 max, u32 *value)
{
	u64 number;
	int ret = mshape_number(text, max, &number);

	if (!ret)
		*value = number;
	return ret;
}

static int mshape_u16(char **text, u16 *value)
{
	u64 number;
	int ret = mshape_number(text, U16_MAX, &number);

	if (!ret)
		*value = number;
	return ret;
}

static int mshape_bool(char **text, bool *value)
{
	u64 number;
	int ret = mshape_number(text, 1, &number);

	if (!ret)
		*value = number;
	return ret;
}

static const struct {
	char letter;
	u32 flag;
} mshape_flags[] = {
	{ 'r', VFIO_REGION_INFO_FLAG_READ },
	{ 'w', VFIO_REGION_INFO_FLAG_WRITE },
	{ 'm', VFIO_REGION_INFO_FLAG_MMAP },
	{ 'i', MSHAPE_BAR_IO },
	{ 'l', MSHAPE_BAR_64 },
	{ 'p', MSHAPE_BAR_PREFETCH },
};

static int mshape_parse_flags(const char *word, u32 *flags)
{
	unsigned int i;

	if (!word)
		return -EINVAL;
	for (; *word; word++) {
		for (i = 0; i < ARRAY_SIZE(mshape_flags); i++)
			if (*word == mshape_flags[i].letter)
				break;
		if (i == ARRAY_SIZE(mshape_flags))
			return -EINVAL;
		*flags |= mshape_flags[i].flag;
	}
	return 0;
}

static int mshape_parse_area(char *word, struct mshape_region *region)
{
	struct vfio_region_sparse_mmap_area *area;
	char *offset = strsep(&word, "+");

	if (region->nr_areas == MSHAPE_MAX_AREAS || !word)
		return -EINVAL;
	area = &region->areas[region->nr_areas++];
	return kstrtou64(offset, 0, &area->offset) ?:
	       kstrtou64(word, 0, &area->size);
}

static int mshape_parse_region(struct mshape *shape, char *text)
{
	struct mshape_region region = {};
	u32 index;
	int ret;

	ret = mshape_u32(&text, MSHAPE_MAX_REGIONS - 1, &index) ?:
	      mshape_number(&text, U64_MAX, &region.size) ?:
	      mshape_number(&text, U64_MAX, &region.offset);
	if (!ret && text)
		ret = mshape_parse_flags(strsep(&text, " "), &region.flags);
	while (!ret && text)
		ret = mshape_parse_area(strsep(&text, " "), &region);
	if (!ret)
		shape->regions[index] = region;
	return ret;
}

static ssize_t mshape_show_region(const struct mshape *shape, unsigned int i,
				  char *buf, ssize_t at)
{
	const struct mshape_region *region = &shape->regions[i];
	ssize_t start = at;
	u32 j;

	at += sysfs_emit_at(buf, at, "%u 0x%llx 0x%llx ", i, region->size,
			    region->offset);
	for (j = 0; j < ARRAY_SIZE(mshape_flags); j++)
		if (region->flags & mshape_flags[j].flag)
			at += sysfs_emit_at(buf, at, "%c",
					    mshape_flags[j].letter);
	for (j = 0; j < region->nr_areas; j++)
		at += sysfs_emit_at(buf, at, " 0x%llx+0x%llx",
				    region->areas[j].offset,
				    region->areas[j].size);
	at += sysfs_emit_at(buf, at, "\n");
	return at - start;
}

static int mshape_parse_ids(struct mshape *shape, char *text)
{
	return mshape_u16(&text, &shape->vendor) ?:
	       mshape_u16(&text, &shape->device) ?:
	       mshape_u16(&text, &shape->subvendor) ?:
	       mshape_u16(&text, &shape->subdevice) ?:
	       mshape_u32(&text, 0xffffff, &shape->class) ?:
	       (text ? -EINVAL : 0);
}

static int mshape_parse_irqs(struct mshape *shape, char *text)
{
	unsigned int i;
	int ret = 0;

	for (i = 0; i < VFIO_PCI_NUM_IRQS && !ret; i++)
		ret = mshape_u32(&text, U32_MAX, &shape->irqs[i]);
	return ret ?: (text ? -EINVAL : 0);
}

static int mshape_parse_msix(struct mshape *shape, char *text)
{
	return mshape_u32(&text, VFIO_PCI_BAR5_REGION_INDEX,
			  &shape->table.bar) ?:
	       mshape_u32(&text, U32_MAX, &shape->table.offset) ?:
	       mshape_u32(&text, VFIO_PCI_BAR5_REGION_INDEX,
			  &shape->pba.bar) ?:
	       mshape_u32(&text, U32_MAX, &shape->pba.offset) ?:
	       (text ? -EINVAL : 0);
}

static int mshape_parse_reset(struct mshape *shape, char *text)
{
	return mshape_bool(&text, &shape->has_reset) ?: (text ? -EINVAL : 0);
}

static int mshape_parse_absent(struct mshape *shape, char *text)
{
	return mshape_bool(&text, &shape->absent_irq_fails) ?:
	       (text ? -EINVAL : 0);
}

static ssize_t mshape_store(struct device *dev, const char *buf, size_t count,
			    int (*parse)(struct mshape *, char *))
{
	struct mshapes *ms = dev_get_drvdata(dev);
	struct mshape *shape = NULL;
	char *text;
	int ret = -ENOMEM;

	text = kstrndup(buf, count, GFP_KERNEL);
	if (!text)
		return -ENOMEM;

	mutex_lock(&ms->lock);
	shape = kmemdup(&ms->shape, sizeof(*shape), GFP_KERNEL);
	if (!shape)
		goto unlock;

	ret = parse(shape, strim(text)) ? -EINVAL : 0;
	if (!ret && !mshape_valid(shape))
		ret = -EINVAL;
	if (!ret && ms->is_open)
		ret = -EBUSY;
	if (!ret)
		ms->shape = *shape;
unlock:
	mutex_unlock(&ms->lock);
	kfree(shape);
	kfree(text);
	return ret ?: count;
}

#define MSHAPE_STORE(name, parse) \
static ssize_t name##_store(struct device *dev, struct device_attribute *attr, \
			    const char *buf, size_t count) \
{ \
	return mshape_store(dev, buf, count, parse); \
}

MSHAPE_STORE(ids, mshape_parse_ids)
MSHAPE_STORE(regions, mshape_parse_region)
MSHAPE_STORE(irqs, mshape_parse_irqs)
MSHAPE_STORE(msix, mshape_parse_msix)
MSHAPE_STORE(reset, mshape_parse_reset)
MSHAPE_STORE(absent_irq_fails, mshape_parse_absent)

static ssize_t ids_show(struct device *dev, struct device_attribute *attr,
			char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);
	const struct mshape *shape = &ms->shape;

	return sysfs_emit(buf, "0x%04x 0x%04x 0x%04x 0x%04x 0x%06x\n",
			  shape->vendor, shape->device, shape->subvendor,
			  shape->subdevice, shape->class);
}

/* In the form in which each line can be written again. */
static ssize_t regions_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);
	ssize_t at = 0;
	unsigned int i;

	mutex_lock(&ms->lock);
	for (i = 0; i < MSHAPE_MAX_REGIONS; i++)
		if (ms->shape.regions[i].size)
			at += mshape_show_region(&ms->shape, i, buf, at);
	mutex_unlock(&ms->lock);
	return at;
}

static ssize_t irqs_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);
	const u32 *irqs = ms->shape.irqs;

	return sysfs_emit(buf, "%u %u %u %u %u\n", irqs[0], irqs[1], irqs[2],
			  irqs[3], irqs[4]);
}

static ssize_t msix_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);
	const struct mshape *shape = &ms->shape;

	return sysfs_emit(buf, "%u 0x%x %u 0x%x\n", shape->table.bar,
			  shape->table.offset, shape->pba.bar,
			  shape->pba.offset);
}

static ssize_t reset_show(struct device *dev, struct device_attribute *attr,
			  char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", ms->shape.has_reset);
}

static ssize_t absent_irq_fails_show(struct device *dev,
				     struct device_attribute *attr, char *buf)
{
	struct mshapes *ms = dev_get_drvdata(dev);

	return sysfs_emit(buf, "%d\n", ms->shape.absent_irq_fails);
}

static int mshape_two_numbers(const char *buf, size_t count, u64 *first,
			      u32 *second)
{
	char *copy = kstrndup(buf, count, GFP_KERNEL);
	char *text;
	int ret;

	if (!copy)
		return -ENOMEM;
	text = strim(copy);
	ret = mshape_number(&text, U64_MAX, first) ?:
	      mshape_u32(&text, U32_MAX, second) ?: (text ? -EINVAL : 0);
	kfree(copy);
	return ret;
}

/* An interrupt of the device */
static ssize_t trigger_store(struct device *dev, struct device_attribute *attr,
			     const char *buf, size_t count)
{
	struct mshapes *ms = dev_get_drvdata(dev);
	u64 index;
	u32 vector;
	int ret = mshape_two_numbers(buf, count, &index, &vector);

	if (ret)
		return ret;
	if (index >= VFIO_PCI_NUM_IRQS)
		return -EINVAL;
	index = array_index_nospec(index, VFIO_PCI_NUM_IRQS);

	mutex_lock(&ms->lock);
	ret = mshape_irq_raise(ms, index, vector);
	mutex_unlock(&ms->lock);
	return ret ?: count;
}

static ssize_t pins_store(struct device *dev, struct device_attribute *attr,
			  const char *buf, size_t count)
{
	u64 iova;
	u32 nr_pages;
	int ret;

	ret = mshape_two_numbers(buf, count, &iova, &nr_pages) ?:
	      mshape_pin(dev_get_drvdata(dev), iova, nr_pages);
	return ret ?: count;
}

static ssize_t pins_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	return mshape_pins_show(dev_get_drvdata(dev), buf);
}

static DEVICE_ATTR_RW(ids);
static DEVICE_ATTR_RW(regions);
static DEVICE_ATTR_RW(irqs);
static DEVICE_ATTR_RW(msix);
static DEVICE_ATTR_RW(reset);
static DEVICE_ATTR_RW(absent_irq_fails);
static DEVICE_ATTR_WO(trigger);
static DEVICE_ATTR_RW(pins);

static struct attribute *mshape_attrs[] = {
	&dev_attr_ids.attr,
	&dev_attr_regions.attr,
	&dev_attr_irqs.attr,
	&dev_attr_msix.attr,
	&dev_attr_reset.attr,
	&dev_attr_absent_irq_fails.attr,
	&dev_attr_trigger.attr,
	&dev_attr_pins.attr,
	NULL,
};

static const struct attribute_group mshape_group = {
	.name = "shape",
	.attrs = mshape_attrs,
};

const struct attribute_group *mshape_groups[] = {
	&mshape_group,
	NULL,
};
