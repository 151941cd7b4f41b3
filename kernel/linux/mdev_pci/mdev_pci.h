/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

#ifndef MDEV_PCI_H
#define MDEV_PCI_H

#include <linux/mdev.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/pci.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>

#include "../mdev_common.h"

#define MPCI_NAME	"mdev_pci"

/* Where the capabilities that need attention are, 0 if there is none. */
struct mpci_caps {
	u16 msi;
	u16 msix;
	u16 exp;
};

struct mpci_bar {
	/* 0 if there is no such BAR, or it can not be offered. */
	resource_size_t size;
	void __iomem *io;
	bool is_ioport;
	/* At least one page of it may be mapped. */
	bool can_mmap;
};

/* A real PCI function, from the time the driver is bound to it. */
struct mpci_func {
	struct pci_dev *pdev;
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];

	struct mpci_bar bars[PCI_STD_NUM_BARS];
	struct mpci_caps caps;
	bool has_intx;
	bool has_reset;
	/* The function as it was when the driver was bound. */
	struct pci_saved_state *state;

	/* The MSI-X table, which is the kernel's: it addresses interrupts. */
	unsigned int msix_bar;
	u32 msix_start;
	u32 msix_end;

	/* What user space finds when it opens the device, see config.c. */
	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	u8 writable[PCI_STD_HEADER_SIZEOF];
};

struct mpci_vector {
	struct eventfd_ctx *trigger;
	char name[32];
};

/* All of it is protected by mpci.lock, and what the handler uses by lock. */
struct mpci_irq {
	/*
	 * Nests inside mpci.lock. It also serializes changes of the hardware's
	 * command register, one bit of which masks INTx.
	 */
	spinlock_t lock;
	struct eventfd_ctx *intx;
	bool intx_masked;
	/* Copy of PCI_COMMAND_INTX_DISABLE. */
	bool intx_disabled;
	/* Signalled by user space to unmask INTx. */
	struct virqfd *intx_unmask;
	/* The CPU that signals INTx, -1 if none does. */
	int signaller;

	/* Those of MSI or MSI-X, whichever msi_index says. */
	struct mpci_vector *vectors;
	unsigned int nr_vectors;
	unsigned int msi_index;

	struct eventfd_ctx *req;
};

/* The mediated device made of a function. */
struct mpci {
	struct vfio_device vdev;
	struct mpci_func *func;

	struct mutex lock;
	/* Tells the device apart in the offsets of its regions. */
	int id;
	/* What finds all mappings of BARs; NULL if there was none. */
	struct address_space *mapping;
	u8 config[PCI_CFG_SPACE_EXP_SIZE];
	struct mpci_irq irq;

	/*
	 * Tells that the program that made the function bus master loses its
	 * memory. The lock is taken before the other one.
	 */
	struct mutex watch_lock;
	struct mmu_notifier mm_watch;
	/* It is there. If not, the function must not touch memory. */
	bool watched;
};

static inline struct mpci *mpci_of(struct vfio_device *vdev)
{
	return container_of(vdev, struct mpci, vdev);
}

/* Is there anything of [start, start + len) in [first, end)? */
static inline bool mpci_overlap(u64 start, u64 len, u64 first, u64 end)
{
	return start < end && start + len > first;
}

/* main.c */
int mpci_reset(struct mpci *mp);

/* vfio.c */
void mpci_zap_bars(struct mpci *mp);
extern const struct vfio_device_ops mpci_vfio_ops;

/* config.c */
void mpci_config_init(struct mpci_func *func);
void mpci_config_open(struct mpci *mp);
void mpci_config_read(struct mpci *mp, unsigned int off, u8 *buf,
		      unsigned int len);
int mpci_config_write(struct mpci *mp, unsigned int off, const u8 *buf,
		      unsigned int len);
bool mpci_config_command(const struct mpci *mp, u16 bit);
bool mpci_config_sets_master(const struct mpci *mp, unsigned int off,
			     const u8 *buf, unsigned int len);
void mpci_config_update_master(struct mpci *mp);

/* irq.c */
void mpci_irq_init(struct mpci *mp);
void mpci_irq_release(struct mpci *mp);
int mpci_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info);
void mpci_irq_after_reset(struct mpci *mp);
void mpci_irq_intx_disable(struct mpci *mp, bool disable);
extern const struct mdev_irqs mpci_irqs;

#endif
