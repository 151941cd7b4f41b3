// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * PCI configuration space and the MSI-X BAR.
 *
 * Both are plain memory with rules. The rule of the configuration space is a
 * mask that says which bits can be written; it makes BAR sizing work with no
 * code at all: of the ones that a driver writes into a BAR, those below the
 * size of the BAR do not stick.
 */

#include <linux/virtio_ids.h>

#include "mdev_vnet.h"

#define MVNET_VENDOR		0x1af4
#define MVNET_LEGACY_NET	0x1000
#define MVNET_CLASS_ETHERNET	0x02

#define MVNET_MSIX_CAP		0x40
#define MVNET_MSIX_BAR		1

static const u8 mvnet_config_writable[PCI_CFG_SPACE_SIZE] = {
	[PCI_COMMAND] = PCI_COMMAND_IO | PCI_COMMAND_MEMORY |
			PCI_COMMAND_MASTER,
	[PCI_COMMAND + 1] = PCI_COMMAND_INTX_DISABLE >> 8,
	[PCI_CACHE_LINE_SIZE] = 0xff,
	[PCI_LATENCY_TIMER] = 0xff,
	[PCI_BASE_ADDRESS_0] = (u8)~(MVNET_IO_BAR_SIZE - 1),
	[PCI_BASE_ADDRESS_0 + 1 ... PCI_BASE_ADDRESS_0 + 3] = 0xff,
	[PCI_BASE_ADDRESS_1 + 1] = (u8)~((MVNET_MSIX_BAR_SIZE - 1) >> 8),
	[PCI_BASE_ADDRESS_1 + 2 ... PCI_BASE_ADDRESS_1 + 3] = 0xff,
	[PCI_INTERRUPT_LINE] = 0xff,
};

/* The state in which user space finds the function when it opens it. */
void mvnet_config_reset(struct mvnet *mv)
{
	u8 *cfg = mv->config;
	unsigned int i;

	memset(cfg, 0, sizeof(mv->config));
	memset(mv->msix_table, 0, sizeof(mv->msix_table));
	for (i = 0; i < mvnet_nr_vectors(); i++)
		mv->msix_table[i * PCI_MSIX_ENTRY_SIZE +
			       PCI_MSIX_ENTRY_VECTOR_CTRL] =
			PCI_MSIX_ENTRY_CTRL_MASKBIT;

	put_unaligned_le16(MVNET_VENDOR, cfg + PCI_VENDOR_ID);
	put_unaligned_le16(MVNET_LEGACY_NET, cfg + PCI_DEVICE_ID);
	/* As vfio-pci does: BARs are decoded, bus mastering is off. */
	put_unaligned_le16(PCI_COMMAND_IO | PCI_COMMAND_MEMORY,
			   cfg + PCI_COMMAND);
	put_unaligned_le16(PCI_STATUS_CAP_LIST, cfg + PCI_STATUS);
	/* Revision 0 is what tells legacy and modern drivers the ABI. */
	cfg[PCI_REVISION_ID] = VIRTIO_PCI_ABI_VERSION;
	cfg[PCI_CLASS_DEVICE + 1] = MVNET_CLASS_ETHERNET;
	cfg[PCI_BASE_ADDRESS_0] = PCI_BASE_ADDRESS_SPACE_IO;
	cfg[PCI_BASE_ADDRESS_1] = PCI_BASE_ADDRESS_SPACE_MEMORY |
				  PCI_BASE_ADDRESS_MEM_TYPE_32;
	put_unaligned_le16(MVNET_VENDOR, cfg + PCI_SUBSYSTEM_VENDOR_ID);
	put_unaligned_le16(VIRTIO_ID_NET, cfg + PCI_SUBSYSTEM_ID);
	cfg[PCI_CAPABILITY_LIST] = MVNET_MSIX_CAP;
	cfg[PCI_INTERRUPT_PIN] = 1;

	cfg += MVNET_MSIX_CAP;
	cfg[PCI_CAP_LIST_ID] = PCI_CAP_ID_MSIX;
	put_unaligned_le16(mvnet_nr_vectors() - 1, cfg + PCI_MSIX_FLAGS);
	put_unaligned_le32(MVNET_MSIX_BAR, cfg + PCI_MSIX_TABLE);
	put_unaligned_le32(MVNET_MSIX_PBA_OFFSET | MVNET_MSIX_BAR,
			   cfg + PCI_MSIX_PBA);

	mvnet_irq_intx_disable(mv, false);
}

bool mvnet_config_command(const struct mvnet *mv, u16 bit)
{
	return get_unaligned_le16(mv->config + PCI_COMMAND) & bit;
}

void mvnet_config_read(struct mvnet *mv, unsigned int off, u8 *buf,
		       unsigned int len)
{
	unsigned int msix_ctrl = MVNET_MSIX_CAP + PCI_MSIX_FLAGS + 1;
	unsigned int i;

	/* Two bits live elsewhere. */
	mv->config[PCI_STATUS] &= ~PCI_STATUS_INTERRUPT;
	if (mvnet_irq_intx_asserted(mv))
		mv->config[PCI_STATUS] |= PCI_STATUS_INTERRUPT;

	/*
	 * VFIO user space enables MSI-X with VFIO_DEVICE_SET_IRQS. The bit is
	 * read-only here and tells the outcome, as with vfio-pci.
	 */
	mv->config[msix_ctrl] &= ~(PCI_MSIX_FLAGS_ENABLE >> 8);
	if (mvnet_irq_msix_enabled(mv))
		mv->config[msix_ctrl] |= PCI_MSIX_FLAGS_ENABLE >> 8;

	for (i = 0; i < len; i++)
		buf[i] = mv->config[off + i];
}

void mvnet_config_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			unsigned int len)
{
	mdev_write_masked(mv->config + off, mvnet_config_writable + off, buf,
			  len);
	mvnet_irq_intx_disable(mv,
			       mvnet_config_command(mv,
						    PCI_COMMAND_INTX_DISABLE));
	/* Without bus mastering the function must not touch memory. */
	mvnet_virtio_update_live(mv);
}

/*
 * Vectors start masked, as PCI wants it, and some drivers look. For the rest
 * the table keeps what is written, and that is all: with VFIO the vectors are
 * eventfds, set and masked by ioctl. Nothing is ever pending.
 */
void mvnet_msix_bar_read(struct mvnet *mv, unsigned int off, u8 *buf,
			 unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len; i++)
		buf[i] = off + i < sizeof(mv->msix_table) ?
			 mv->msix_table[off + i] : 0;
}

void mvnet_msix_bar_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			  unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len && off + i < sizeof(mv->msix_table); i++)
		mv->msix_table[off + i] = buf[i];
}
