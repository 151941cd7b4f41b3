/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

#ifndef MDEV_SHAPES_H
#define MDEV_SHAPES_H

#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/pci_regs.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/xarray.h>

#include "../mdev_common.h"

#define MSHAPE_NAME		"mdev_shapes"

/* The standard ones, and four more of a device's own. */
#define MSHAPE_MAX_REGIONS	(VFIO_PCI_NUM_REGIONS + 4)
#define MSHAPE_MAX_AREAS	40
#define MSHAPE_MAX_SIZE		BIT_ULL(36)
/* Memory that one device has behind its regions */
#define MSHAPE_MAX_PAGES	((64 << 20) >> PAGE_SHIFT)

/* Beside those of VFIO_REGION_INFO_FLAG_*: what a BAR says of itself. */
#define MSHAPE_BAR_IO		BIT(29)
#define MSHAPE_BAR_64		BIT(30)
#define MSHAPE_BAR_PREFETCH	BIT(31)

struct mshape_region {
	u64 size;
	u64 offset;
	u32 flags;
	/* If there is none, all of a region that can be mapped can be. */
	u32 nr_areas;
	struct vfio_region_sparse_mmap_area areas[MSHAPE_MAX_AREAS];
};

/* Place of the MSI-X table or of its pending bits */
struct mshape_place {
	u32 bar;
	u32 offset;
};

/* What a device answers. */
struct mshape {
	u16 vendor;
	u16 device;
	u16 subvendor;
	u16 subdevice;
	u32 class;
	struct mshape_region regions[MSHAPE_MAX_REGIONS];
	u32 irqs[VFIO_PCI_NUM_IRQS];
	struct mshape_place table;
	struct mshape_place pba;
	bool has_reset;
	/* VFIO_DEVICE_GET_IRQ_INFO fails for an index with no interrupts. */
	bool absent_irq_fails;
};

struct mshapes {
	struct vfio_device vdev;

	/* Protects all but the pages, which protect themselves, and the pins. */
	struct mutex lock;
	/* Does not change while the device is open. */
	struct mshape shape;
	bool is_open;

	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	/* The bits of the header that can be written. */
	u8 writable[PCI_STD_HEADER_SIZEOF];
	/* Pages of each region, by number; those that were never used miss. */
	struct xarray pages[MSHAPE_MAX_REGIONS];
	atomic_t nr_pages;

	/* As many for each index as the shape says. */
	struct eventfd_ctx **triggers[VFIO_PCI_NUM_IRQS];
	bool intx_masked;
	bool intx_pending;

	/* Protects what is pinned. It and the other are never held together. */
	struct mutex pin_lock;
	struct list_head pins;
	bool can_pin;
};

static inline struct mshapes *mshape_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct mshapes, vdev);
}

/* shape.c */
extern const struct attribute_group *mshape_groups[];

void mshape_init(struct mshape *shape);

/* config.c */
bool mshape_config_fits(const struct mshape *shape);
void mshape_config_reset(struct mshapes *ms);
void mshape_config_read(struct mshapes *ms, unsigned int off, u8 *buf,
			unsigned int len);
void mshape_config_write(struct mshapes *ms, unsigned int off, const u8 *buf,
			 unsigned int len);

/* irq.c */
int mshape_irq_open(struct mshapes *ms);
void mshape_irq_close(struct mshapes *ms);
extern const struct mdev_irqs mshape_irqs;
int mshape_irq_raise(struct mshapes *ms, u32 index, u32 vector);

/* pins.c */
int mshape_pin(struct mshapes *ms, u64 iova, u32 nr_pages);
void mshape_pins_unmapped(struct mshapes *ms, u64 iova, u64 length);
void mshape_pins_open(struct mshapes *ms);
void mshape_pins_close(struct mshapes *ms);
ssize_t mshape_pins_show(struct mshapes *ms, char *buf);

/* vfio.c */
extern const struct vfio_device_ops mshape_vfio_ops;

#endif
