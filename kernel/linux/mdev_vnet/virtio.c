// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The registers of a legacy virtio-net device, in BAR0.
 *
 * They are what the virtio specification describes under "Legacy Interfaces"
 * for PCI, with the constants of linux/virtio_pci.h:
 *
 *	 0	device features		(32 bit, read-only)
 *	 4	driver features		(32 bit)
 *	 8	ring page of the selected queue (32 bit, 0: no ring)
 *	12	size of the selected queue (16 bit, read-only)
 *	14	queue select		(16 bit)
 *	16	queue notify		(16 bit)
 *	18	device status		(8 bit, writing 0 resets)
 *	19	ISR			(8 bit, reading clears)
 *	20	vectors of configuration and selected queue (2 x 16 bit),
 *		there only while MSI-X is enabled
 *	20, 24	MAC address, link status, number of queue pairs; where, depends on
 *		MSI-X
 *
 * A driver that only knows the registers of newer virtio devices finds no
 * vendor capabilities in the configuration space and leaves us alone.
 */

#include <linux/etherdevice.h>
#include <linux/nospec.h>
#include <linux/virtio_config.h>

#include "mdev_vnet.h"

#define MVNET_FEATURES	(BIT(VIRTIO_NET_F_MAC) | BIT(VIRTIO_NET_F_STATUS) | \
			 BIT(VIRTIO_NET_F_CSUM) | \
			 BIT(VIRTIO_NET_F_GUEST_CSUM) | \
			 BIT(VIRTIO_NET_F_GUEST_TSO4) | \
			 BIT(VIRTIO_NET_F_GUEST_TSO6) | \
			 BIT(VIRTIO_NET_F_HOST_TSO4) | \
			 BIT(VIRTIO_NET_F_HOST_TSO6) | \
			 BIT(VIRTIO_NET_F_MRG_RXBUF) | \
			 BIT(VIRTIO_F_ANY_LAYOUT))

/* Up to the number of queue pairs, which is there if there are several */
#define MVNET_NET_CONFIG_SIZE	offsetofend(struct virtio_net_config, \
					    max_virtqueue_pairs)

struct mvnet_io_bar {
	__le32 host_features;
	__le32 guest_features;
	__le32 queue_pfn;
	__le16 queue_num;
	__le16 queue_sel;
	__le16 queue_notify;
	u8 status;
	u8 isr;
	union {
		struct {
			__le16 config_vector;
			__le16 queue_vector;
			u8 net_config_msix[MVNET_NET_CONFIG_SIZE];
		} __packed;
		u8 net_config[MVNET_NET_CONFIG_SIZE];
	};
	u8 reserved[30];
} __packed;

static_assert(sizeof(struct mvnet_io_bar) == MVNET_IO_BAR_SIZE);

/*
 * Both ends of an instance need an address. Made of the UUID, they stay the
 * same when the instance is created again; the first byte tells the ends
 * apart and says "locally administered".
 */
void mvnet_mac(const struct mvnet *mv, u8 first, u8 *mac)
{
	const struct mdev_device *mdev = to_mdev_device(mv->vdev.dev);

	mac[0] = first;
	memcpy(mac + 1, mdev->uuid.b + UUID_SIZE - 5, 5);
}

static u32 mvnet_host_features(void)
{
	return MVNET_FEATURES |
	       (mvnet_nr_pairs > 1 ? BIT(VIRTIO_NET_F_CTRL_VQ) |
				     BIT(VIRTIO_NET_F_MQ) : 0);
}

static bool mvnet_broken(const struct mvnet *mv)
{
	unsigned int i;

	for (i = 0; i < mvnet_nr_queues(); i++)
		if (mv->vq[i].broken)
			return true;
	return false;
}

/* The link of a driver with a broken queue is down: how else would it know? */
static bool mvnet_link_up(const struct mvnet *mv)
{
	return netif_running(mv->ndev) && !mvnet_broken(mv);
}

void mvnet_virtio_reset(struct mvnet *mv)
{
	unsigned int i;

	mvnet_vq_park(mv);
	mv->status = 0;
	WRITE_ONCE(mv->features, 0);
	mv->queue_sel = 0;
	mv->config_vector = VIRTIO_MSI_NO_VECTOR;
	WRITE_ONCE(mv->nr_active, 1);
	for (i = 0; i < mvnet_nr_queues(); i++)
		mvnet_vq_reset(&mv->vq[i]);
	mvnet_mac(mv, 0x06, mv->net_config.mac);
	mv->net_config.max_virtqueue_pairs = mvnet_v16(mvnet_nr_pairs);
	mv->net_config.status =
		mvnet_v16(mvnet_link_up(mv) ? VIRTIO_NET_S_LINK_UP : 0);
	mvnet_irq_ack(mv);
	mvnet_virtio_update_live(mv);
}

/*
 * Called whenever one of the conditions may have changed. While the device is
 * not live, no ring and no buffer is touched and the interface has no carrier.
 */
void mvnet_virtio_update_live(struct mvnet *mv)
{
	bool live = (mv->status & VIRTIO_CONFIG_S_DRIVER_OK) &&
		    !(mv->status & VIRTIO_CONFIG_S_FAILED) &&
		    mvnet_config_command(mv, PCI_COMMAND_MASTER) &&
		    !mvnet_broken(mv);

	if (live == mv->live)
		return;

	mv->live = live;
	if (live) {
		mvnet_netdev_attach(mv);
	} else {
		mvnet_vq_park(mv);
		mvnet_netdev_detach(mv);
	}
	mvnet_kick(mv);
}

/* The link follows the interface at the other end. */
void mvnet_virtio_update_link(struct mvnet *mv)
{
	u16 status = mvnet_link_up(mv) ? VIRTIO_NET_S_LINK_UP : 0;

	if (mvnet16(mv->net_config.status) == status)
		return;

	mv->net_config.status = mvnet_v16(status);
	if (mv->status & VIRTIO_CONFIG_S_DRIVER_OK)
		mvnet_irq_raise(mv, mv->config_vector, VIRTIO_PCI_ISR_CONFIG);
}

static struct mvnet_vq *mvnet_selected_vq(struct mvnet *mv)
{
	if (mv->queue_sel >= mvnet_nr_queues())
		return NULL;
	return &mv->vq[array_index_nospec(mv->queue_sel, mvnet_nr_queues())];
}

void mvnet_virtio_read(struct mvnet *mv, unsigned int off, u8 *buf,
		       unsigned int len)
{
	const struct mvnet_vq *vq = mvnet_selected_vq(mv);
	struct mvnet_io_bar bar = {
		.host_features = cpu_to_le32(mvnet_host_features()),
		.guest_features = cpu_to_le32(mv->features),
		.queue_sel = cpu_to_le16(mv->queue_sel),
		.status = mv->status,
	};

	if (vq) {
		bar.queue_pfn = cpu_to_le32(vq->ring >>
					    VIRTIO_PCI_QUEUE_ADDR_SHIFT);
		bar.queue_num = cpu_to_le16(MVNET_RING_SIZE);
	}

	if (mvnet_irq_msix_enabled(mv)) {
		bar.config_vector = cpu_to_le16(mv->config_vector);
		bar.queue_vector = cpu_to_le16(vq ? vq->vector :
					       VIRTIO_MSI_NO_VECTOR);
		memcpy(bar.net_config_msix, &mv->net_config,
		       sizeof(bar.net_config_msix));
	} else {
		memcpy(bar.net_config, &mv->net_config,
		       sizeof(bar.net_config));
	}

	if (off <= VIRTIO_PCI_ISR && VIRTIO_PCI_ISR < off + len)
		bar.isr = mvnet_irq_ack(mv);

	memcpy(buf, (u8 *)&bar + off, len);
}

static void mvnet_set_status(struct mvnet *mv, u8 status)
{
	if (!status) {
		mvnet_virtio_reset(mv);
		return;
	}
	mv->status = status;
	mvnet_virtio_update_live(mv);
}

static void mvnet_set_ring(struct mvnet *mv, struct mvnet_vq *vq, u32 pfn)
{
	mvnet_vq_park(mv);
	vq->ring = (dma_addr_t)pfn << VIRTIO_PCI_QUEUE_ADDR_SHIFT;
	vq->avail_idx = 0;
	vq->used_idx = 0;
	vq->notify_off = false;
	vq->waiting = false;
	vq->nr_used = 0;
	if (vq->ring)
		mvnet_vq_want_ring(vq);
	else
		WRITE_ONCE(vq->wants, false);
	mvnet_kick(mv);
}

/* The driver reads back what it wrote to learn whether the vector exists. */
static u16 mvnet_valid_vector(u16 vector)
{
	return vector < mvnet_nr_vectors() ? vector : VIRTIO_MSI_NO_VECTOR;
}

/* Legacy drivers may set the MAC address by writing it. */
static void mvnet_write_net_config(struct mvnet *mv, unsigned int off,
				   const u8 *buf, unsigned int len)
{
	unsigned int i;

	for (i = 0; i < len && off + i < ETH_ALEN; i++)
		mv->net_config.mac[off + i] = buf[i];
}

static void mvnet_write8(struct mvnet *mv, unsigned int off, u8 val)
{
	if (off == VIRTIO_PCI_STATUS)
		mvnet_set_status(mv, val);
}

static void mvnet_write16(struct mvnet *mv, unsigned int off, u16 val)
{
	struct mvnet_vq *vq = mvnet_selected_vq(mv);

	switch (off) {
	case VIRTIO_PCI_QUEUE_SEL:
		mv->queue_sel = val;
		break;
	case VIRTIO_MSI_CONFIG_VECTOR:
		mv->config_vector = mvnet_valid_vector(val);
		break;
	case VIRTIO_MSI_QUEUE_VECTOR:
		if (vq)
			vq->vector = mvnet_valid_vector(val);
		break;
	}
}

static void mvnet_write32(struct mvnet *mv, unsigned int off, u32 val)
{
	struct mvnet_vq *vq = mvnet_selected_vq(mv);

	switch (off) {
	case VIRTIO_PCI_GUEST_FEATURES:
		/* A driver that is ready can not change its mind. */
		if (mv->status & VIRTIO_CONFIG_S_DRIVER_OK)
			break;
		WRITE_ONCE(mv->features, val & mvnet_host_features());
		WRITE_ONCE(mv->nr_active, 1);
		break;
	case VIRTIO_PCI_QUEUE_PFN:
		if (vq)
			mvnet_set_ring(mv, vq, val);
		break;
	}
}

/*
 * A register takes writes of its own width; others have no effect.
 * QUEUE_NOTIFY is not here, see mvnet_region_write().
 */
void mvnet_virtio_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			unsigned int len)
{
	unsigned int net_config =
		VIRTIO_PCI_CONFIG_OFF(mvnet_irq_msix_enabled(mv));
	/*
	 * DPDK's net_virtio may set the configuration vector before it enables
	 * MSI-X, when that is the start of the MAC address. Drivers write the
	 * address in bytes or in one go, so two bytes mean the vector.
	 */
	bool vector = off == VIRTIO_MSI_CONFIG_VECTOR && len == sizeof(u16);

	if (off >= net_config && !vector)
		mvnet_write_net_config(mv, off - net_config, buf, len);
	else if (len == sizeof(u8))
		mvnet_write8(mv, off, *buf);
	else if (len == sizeof(u16))
		mvnet_write16(mv, off, get_unaligned_le16(buf));
	else
		mvnet_write32(mv, off, get_unaligned_le32(buf));
}
