// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * PCI configuration space.
 *
 * User space gets a copy, made when the driver is bound to the function. What
 * it writes changes the copy, where a mask allows it; one thing reaches the
 * function, the bus master bit; and one does what it does there, function level
 * reset. Some registers are read from the function each time, since they change
 * by themselves.
 *
 * In particular, a BAR that user space writes stays in the copy: the kernel
 * has assigned the addresses, and moving a function onto those of another one
 * would be a way to attack it. The same holds for the decoding of memory and
 * I/O, which is always on. If it were off, a mapped BAR would still be there,
 * and on some machines an access that no function answers is a fatal error.
 *
 * Power management is read-only, so the function stays awake.
 */

#include "mdev_pci.h"

/* There is no room for more of them. */
#define MPCI_MAX_CAPS	48

/*
 * How many bytes of a capability user space may see; 0 for one that it may
 * not. Shown are those that drivers look for to learn what the function can
 * do. Hidden are those that are the kernel's business or that only make sense
 * when they can be written.
 */
static unsigned int mpci_cap_len(struct pci_dev *pdev, u8 id, u8 pos)
{
	u16 flags = 0;

	pci_read_config_word(pdev, pos + PCI_CAP_FLAGS, &flags);
	switch (id) {
	case PCI_CAP_ID_PM:
		return PCI_PM_SIZEOF;
	case PCI_CAP_ID_MSI:
		if (flags & PCI_MSI_FLAGS_MASKBIT)
			return flags & PCI_MSI_FLAGS_64BIT ? 24 : 20;
		return flags & PCI_MSI_FLAGS_64BIT ? 14 : 10;
	case PCI_CAP_ID_MSIX:
		return PCI_CAP_MSIX_SIZEOF;
	case PCI_CAP_ID_EXP:
		return (flags & PCI_EXP_FLAGS_VERS) >= 2 ?
		       PCI_CAP_EXP_ENDPOINT_SIZEOF_V2 :
		       PCI_CAP_EXP_ENDPOINT_SIZEOF_V1;
	case PCI_CAP_ID_VNDR:
		/* It tells its own length. Of modern virtio, this is all. */
		return flags & 0xff;
	default:
		return 0;
	}
}

/* Put out what a capability says that is not kept. */
static void mpci_clear_flr(struct mpci_func *func, u8 pos)
{
	u8 *cap = func->config + pos + PCI_EXP_DEVCAP;

	put_unaligned_le32(get_unaligned_le32(cap) & ~PCI_EXP_DEVCAP_FLR, cap);
}

static void mpci_copy_config(struct mpci_func *func, unsigned int pos,
			     unsigned int len)
{
	unsigned int i;

	for (i = pos; i < pos + len; i++)
		pci_read_config_byte(func->pdev, i, &func->config[i]);
}

static void mpci_note_cap(struct mpci_func *func, u8 id, u8 pos)
{
	switch (id) {
	case PCI_CAP_ID_MSI:
		func->caps.msi = pos;
		/* Where interrupts go is nothing that user space should know. */
		memset(func->config + pos + PCI_MSI_ADDRESS_LO, 0,
		       mpci_cap_len(func->pdev, id, pos) - PCI_MSI_ADDRESS_LO);
		break;
	case PCI_CAP_ID_MSIX:
		func->caps.msix = pos;
		break;
	case PCI_CAP_ID_EXP:
		func->caps.exp = pos;
		if (!func->has_reset)
			mpci_clear_flr(func, pos);
		break;
	}
}

/* Copy the capabilities that are shown, each linked to the next such one. */
static void mpci_copy_caps(struct mpci_func *func)
{
	unsigned int link = PCI_CAPABILITY_LIST;
	unsigned int i;
	u8 pos = 0;
	u8 id = 0;

	func->config[link] = 0;
	if (!(func->config[PCI_STATUS] & PCI_STATUS_CAP_LIST))
		return;

	pci_read_config_byte(func->pdev, PCI_CAPABILITY_LIST, &pos);
	for (i = 0; i < MPCI_MAX_CAPS; i++) {
		unsigned int len;

		pos &= ~3;
		if (pos < PCI_STD_HEADER_SIZEOF)
			break;
		pci_read_config_byte(func->pdev, pos + PCI_CAP_LIST_ID, &id);
		len = min_t(unsigned int, mpci_cap_len(func->pdev, id, pos),
			    PCI_CFG_SPACE_SIZE - pos);
		if (len) {
			mpci_copy_config(func, pos, len);
			mpci_note_cap(func, id, pos);
			func->config[link] = pos;
			link = pos + PCI_CAP_LIST_NEXT;
			func->config[link] = 0;
		}
		pci_read_config_byte(func->pdev, pos + PCI_CAP_LIST_NEXT, &pos);
	}

	if (!func->config[PCI_CAPABILITY_LIST])
		func->config[PCI_STATUS] &= ~PCI_STATUS_CAP_LIST;
}

/*
 * The same for the capabilities beyond 256 bytes. Only the serial number is of
 * use to a driver. The list begins at a fixed place: if something else is
 * there, it is shown as a capability of no meaning, with the link.
 */
static void mpci_copy_ext_caps(struct mpci_func *func)
{
	u8 *first = func->config + PCI_CFG_SPACE_SIZE;
	u16 pos = pci_find_ext_capability(func->pdev, PCI_EXT_CAP_ID_DSN);
	u32 header;

	if (!pos || pos > PCI_CFG_SPACE_EXP_SIZE - PCI_EXT_CAP_DSN_SIZEOF)
		return;

	mpci_copy_config(func, pos, PCI_EXT_CAP_DSN_SIZEOF);
	header = get_unaligned_le32(func->config + pos);
	put_unaligned_le32(header & 0xfffff, func->config + pos);
	if (pos != PCI_CFG_SPACE_SIZE)
		put_unaligned_le32((u32)pos << 20, first);
}

/*
 * BAR sizing needs no code but this: of the ones that a driver writes into a
 * BAR, those below the size of the BAR do not stick.
 */
static void mpci_init_bar(struct mpci_func *func, unsigned int i)
{
	const struct mpci_bar *bar = &func->bars[i];
	unsigned long flags = pci_resource_flags(func->pdev, i);
	unsigned int reg = PCI_BASE_ADDRESS_0 + i * sizeof(u32);
	u64 mask = ~((u64)bar->size - 1);
	u32 type;

	if (!bar->size)
		return;

	if (bar->is_ioport) {
		type = PCI_BASE_ADDRESS_SPACE_IO;
		func->writable[PCI_COMMAND] |= PCI_COMMAND_IO;
	} else {
		type = PCI_BASE_ADDRESS_SPACE_MEMORY;
		func->writable[PCI_COMMAND] |= PCI_COMMAND_MEMORY;
	}
	if (flags & IORESOURCE_PREFETCH)
		type |= PCI_BASE_ADDRESS_MEM_PREFETCH;
	if (flags & IORESOURCE_MEM_64) {
		type |= PCI_BASE_ADDRESS_MEM_TYPE_64;
		put_unaligned_le64(mask, func->writable + reg);
	} else {
		put_unaligned_le32(mask, func->writable + reg);
	}
	put_unaligned_le32(type, func->config + reg);
}

void mpci_config_init(struct mpci_func *func)
{
	u8 *cfg = func->config;
	unsigned int i;

	mpci_copy_config(func, 0, PCI_STD_HEADER_SIZEOF);
	/* A virtual function has its IDs elsewhere; the kernel knows them. */
	put_unaligned_le16(func->pdev->vendor, cfg + PCI_VENDOR_ID);
	put_unaligned_le16(func->pdev->device, cfg + PCI_DEVICE_ID);
	/* Addresses are the kernel's business, and an expansion ROM is, too. */
	memset(cfg + PCI_BASE_ADDRESS_0, 0,
	       PCI_CARDBUS_CIS + 4 - PCI_BASE_ADDRESS_0);
	put_unaligned_le32(0, cfg + PCI_ROM_ADDRESS);
	if (!func->has_intx)
		cfg[PCI_INTERRUPT_PIN] = 0;
	mpci_copy_caps(func);
	if (func->pdev->cfg_size > PCI_CFG_SPACE_SIZE)
		mpci_copy_ext_caps(func);

	for (i = 0; i < PCI_STD_NUM_BARS; i++)
		mpci_init_bar(func, i);
	/* As vfio-pci does: BARs are decoded, bus mastering is off. */
	put_unaligned_le16(func->writable[PCI_COMMAND], cfg + PCI_COMMAND);
	func->writable[PCI_COMMAND] |= PCI_COMMAND_MASTER;
	func->writable[PCI_COMMAND + 1] = PCI_COMMAND_INTX_DISABLE >> 8;
	func->writable[PCI_CACHE_LINE_SIZE] = 0xff;
	func->writable[PCI_LATENCY_TIMER] = 0xff;
	func->writable[PCI_INTERRUPT_LINE] = 0xff;
}

/* User space opens the device. */
void mpci_config_open(struct mpci *mp)
{
	memcpy(mp->config, mp->func->config, sizeof(mp->config));
	mpci_irq_intx_disable(mp, false);
	mpci_config_update_master(mp);
}

bool mpci_config_command(const struct mpci *mp, u16 bit)
{
	return get_unaligned_le16(mp->config + PCI_COMMAND) & bit;
}

/*
 * While it is no bus master, the function neither reads nor writes memory. User
 * space finds the bit off if it must be, so none sets it again by writing back
 * what it has read.
 */
void mpci_config_update_master(struct mpci *mp)
{
	unsigned long flags;
	bool on;

	if (!mp->watched)
		mp->config[PCI_COMMAND] &= ~PCI_COMMAND_MASTER;
	on = mpci_config_command(mp, PCI_COMMAND_MASTER);
	spin_lock_irqsave(&mp->irq.lock, flags);
	if (on)
		pci_set_master(mp->func->pdev);
	else
		pci_clear_master(mp->func->pdev);
	spin_unlock_irqrestore(&mp->irq.lock, flags);
}

/* Does this write want the function to be bus master? */
bool mpci_config_sets_master(const struct mpci *mp, unsigned int off,
			     const u8 *buf, unsigned int len)
{
	return mpci_overlap(off, len, PCI_COMMAND, PCI_COMMAND + 1) &&
	       buf[PCI_COMMAND - off] & PCI_COMMAND_MASTER;
}

static bool mpci_is_reg16(unsigned int off, unsigned int reg)
{
	return off == reg || off == reg + 1;
}

/* Registers that change without a write, and tell nothing secret. */
static bool mpci_is_live(const struct mpci_caps *caps, unsigned int off)
{
	if (mpci_is_reg16(off, PCI_STATUS))
		return true;
	if (caps->msi && mpci_is_reg16(off, caps->msi + PCI_MSI_FLAGS))
		return true;
	if (caps->msix && mpci_is_reg16(off, caps->msix + PCI_MSIX_FLAGS))
		return true;
	return caps->exp && (mpci_is_reg16(off, caps->exp + PCI_EXP_DEVSTA) ||
			     mpci_is_reg16(off, caps->exp + PCI_EXP_LNKSTA));
}

void mpci_config_read(struct mpci *mp, unsigned int off, u8 *buf,
		      unsigned int len)
{
	const struct mpci_func *func = mp->func;
	unsigned int i;

	for (i = 0; i < len; i++, off++) {
		buf[i] = mp->config[off];
		if (!mpci_is_live(&func->caps, off))
			continue;
		pci_user_read_config_byte(func->pdev, off, &buf[i]);
		/* It may be that all that is in the list is hidden. */
		if (off == PCI_STATUS && !mp->config[PCI_CAPABILITY_LIST])
			buf[i] &= ~PCI_STATUS_CAP_LIST;
	}
}

/*
 * A driver that finds function level reset in the capability uses it. It is done
 * as VFIO's is, by the method that the kernel chose.
 */
static bool mpci_is_flr(const struct mpci *mp, unsigned int off, const u8 *buf,
			unsigned int len)
{
	unsigned int reg = mp->func->caps.exp + PCI_EXP_DEVCTL + 1;

	return mp->func->caps.exp && mpci_overlap(off, len, reg, reg + 1) &&
	       buf[reg - off] & PCI_EXP_DEVCTL_BCR_FLR >> 8;
}

int mpci_config_write(struct mpci *mp, unsigned int off, const u8 *buf,
		      unsigned int len)
{
	if (off < PCI_STD_HEADER_SIZEOF)
		mdev_write_masked(mp->config + off, mp->func->writable + off,
				  buf, min(len, PCI_STD_HEADER_SIZEOF - off));
	if (mpci_overlap(off, len, PCI_COMMAND, PCI_COMMAND + 2)) {
		mpci_irq_intx_disable(mp, mpci_config_command(mp,
						PCI_COMMAND_INTX_DISABLE));
		mpci_config_update_master(mp);
	}
	return mpci_is_flr(mp, off, buf, len) && mp->func->has_reset ?
	       mpci_reset(mp) : 0;
}
