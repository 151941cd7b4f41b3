// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * PCI configuration space, made of the shape. The capabilities that the shape
 * calls for are MSI and MSI-X, and a serial number beyond 256 bytes if there
 * is room for it.
 */

#include <linux/log2.h>

#include "mdev_shapes.h"

#define MSHAPE_MSI_CAP		0x40
#define MSHAPE_MSI_LEN		14
#define MSHAPE_MSIX_CAP		0x60

static unsigned int mshape_config_size(const struct mshape *shape)
{
	return shape->regions[VFIO_PCI_CONFIG_REGION_INDEX].size;
}

bool mshape_config_fits(const struct mshape *shape)
{
	unsigned int size = mshape_config_size(shape);

	if (shape->irqs[VFIO_PCI_MSI_IRQ_INDEX] &&
	    size < MSHAPE_MSI_CAP + MSHAPE_MSI_LEN)
		return false;
	return !shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX] ||
	       size >= MSHAPE_MSIX_CAP + PCI_CAP_MSIX_SIZEOF;
}

/* The ones that a driver writes below the size of a BAR do not stick. */
static void mshape_reset_bar(struct mshapes *ms, unsigned int i)
{
	const struct mshape_region *region = &ms->shape.regions[i];
	unsigned int reg = PCI_BASE_ADDRESS_0 + i * sizeof(u32);
	u32 type = PCI_BASE_ADDRESS_SPACE_MEMORY;
	u64 mask;

	if (!region->size)
		return;
	if (region->flags & MSHAPE_BAR_IO) {
		type = PCI_BASE_ADDRESS_SPACE_IO;
		mask = ~(roundup_pow_of_two(max(region->size, 4ULL)) - 1);
		ms->writable[PCI_COMMAND] |= PCI_COMMAND_IO;
	} else {
		mask = ~(roundup_pow_of_two(max(region->size, 16ULL)) - 1);
		ms->writable[PCI_COMMAND] |= PCI_COMMAND_MEMORY;
	}
	if (region->flags & MSHAPE_BAR_PREFETCH)
		type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	if (region->flags & MSHAPE_BAR_64) {
		type |= PCI_BASE_ADDRESS_MEM_TYPE_64;
		put_unaligned_le64(mask, ms->writable + reg);
	} else {
		put_unaligned_le32(mask, ms->writable + reg);
	}
	put_unaligned_le32(type, ms->config + reg);
}

/* Returns where the link to the next one is. */
static u8 *mshape_add_cap(struct mshapes *ms, u8 *link, u8 pos, u8 id)
{
	*link = pos;
	ms->config[pos + PCI_CAP_LIST_ID] = id;
	ms->config[PCI_STATUS] |= PCI_STATUS_CAP_LIST;
	return ms->config + pos + PCI_CAP_LIST_NEXT;
}

static void mshape_reset_caps(struct mshapes *ms)
{
	const struct mshape *shape = &ms->shape;
	u32 msi = shape->irqs[VFIO_PCI_MSI_IRQ_INDEX];
	u32 msix = shape->irqs[VFIO_PCI_MSIX_IRQ_INDEX];
	u8 *link = ms->config + PCI_CAPABILITY_LIST;
	u8 *cap;

	if (msi) {
		link = mshape_add_cap(ms, link, MSHAPE_MSI_CAP, PCI_CAP_ID_MSI);
		put_unaligned_le16(PCI_MSI_FLAGS_64BIT | ilog2(msi) << 1,
				   ms->config + MSHAPE_MSI_CAP + PCI_MSI_FLAGS);
	}
	if (msix) {
		mshape_add_cap(ms, link, MSHAPE_MSIX_CAP, PCI_CAP_ID_MSIX);
		cap = ms->config + MSHAPE_MSIX_CAP;
		put_unaligned_le16(msix - 1, cap + PCI_MSIX_FLAGS);
		put_unaligned_le32(shape->table.offset | shape->table.bar,
				   cap + PCI_MSIX_TABLE);
		put_unaligned_le32(shape->pba.offset | shape->pba.bar,
				   cap + PCI_MSIX_PBA);
	}
}

static void mshape_reset_serial(struct mshapes *ms)
{
	const struct mdev_device *mdev = to_mdev_device(ms->vdev.dev);
	u8 *cap = ms->config + PCI_CFG_SPACE_SIZE;

	if (mshape_config_size(&ms->shape) <
	    PCI_CFG_SPACE_SIZE + PCI_EXT_CAP_DSN_SIZEOF)
		return;
	put_unaligned_le32(PCI_EXT_CAP_ID_DSN | 1 << 16, cap);
	memcpy(cap + 4, mdev->uuid.b + UUID_SIZE - 8, 8);
}

void mshape_config_reset(struct mshapes *ms)
{
	const struct mshape *shape = &ms->shape;
	u8 *cfg = ms->config;
	unsigned int i;

	memset(ms->config, 0, sizeof(ms->config));
	memset(ms->writable, 0, sizeof(ms->writable));

	put_unaligned_le16(shape->vendor, cfg + PCI_VENDOR_ID);
	put_unaligned_le16(shape->device, cfg + PCI_DEVICE_ID);
	put_unaligned_le16(shape->subvendor, cfg + PCI_SUBSYSTEM_VENDOR_ID);
	put_unaligned_le16(shape->subdevice, cfg + PCI_SUBSYSTEM_ID);
	put_unaligned_le32(shape->class << 8, cfg + PCI_CLASS_REVISION);
	cfg[PCI_INTERRUPT_PIN] = shape->irqs[VFIO_PCI_INTX_IRQ_INDEX];
	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		mshape_reset_bar(ms, i);
	put_unaligned_le16(ms->writable[PCI_COMMAND], cfg + PCI_COMMAND);
	ms->writable[PCI_COMMAND] |= PCI_COMMAND_MASTER;
	ms->writable[PCI_COMMAND + 1] = PCI_COMMAND_INTX_DISABLE >> 8;
	ms->writable[PCI_INTERRUPT_LINE] = 0xff;
	mshape_reset_caps(ms);
	mshape_reset_serial(ms);
}

void mshape_config_read(struct mshapes *ms, unsigned int off, u8 *buf,
			unsigned int len)
{
	memcpy(buf, ms->config + off, len);
}

void mshape_config_write(struct mshapes *ms, unsigned int off, const u8 *buf,
			 unsigned int len)
{
	if (off < PCI_STD_HEADER_SIZEOF)
		mdev_write_masked(ms->config + off, ms->writable + off, buf,
				  min(len, PCI_STD_HEADER_SIZEOF - off));
}
