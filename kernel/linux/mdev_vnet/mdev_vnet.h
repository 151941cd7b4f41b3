/* SPDX-License-Identifier: GPL-2.0 */
/* Copyright(c) 2026 The DPDK mdev bus authors */

#ifndef MDEV_VNET_H
#define MDEV_VNET_H

#include <linux/hashtable.h>
#include <linux/if_vlan.h>
#include <linux/mdev.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/pci_regs.h>
#include <linux/skbuff.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vfio.h>
#include <linux/virtio_byteorder.h>
#include <linux/virtio_net.h>
#include <linux/virtio_pci.h>
#include <linux/virtio_ring.h>
#include <linux/workqueue.h>

#include "../mdev_common.h"

#define MVNET_NAME		"mdev_vnet"

/* One workqueue slot each, see mvnet_wq. */
#define MVNET_MAX_INSTANCES	512

/* The legacy header with the MSI-X registers, then the configuration. */
#define MVNET_IO_BAR_SIZE	64
/* MSI-X table at 0, pending bits in the second half. */
#define MVNET_MSIX_BAR_SIZE	4096
#define MVNET_MSIX_PBA_OFFSET	2048

/* ISR bit of the queues; the other one is VIRTIO_PCI_ISR_CONFIG. */
#define MVNET_ISR_QUEUE		0x1

/* Each has a receive queue and a transmit queue, named from the PMD's point of view. */
#define MVNET_MAX_PAIRS		8
/* Vectors: configuration change, then one for each of these queues. */
#define MVNET_MAX_VECTORS	(1 + 2 * MVNET_MAX_PAIRS)

#define MVNET_RING_SIZE		256
/* Chains handled in one pass, so that nobody waits long for the lock. */
#define MVNET_BATCH		64
/* Parts of memory that a queue finds at once */
#define MVNET_NEAR_CHUNKS	16
/* Absent memory of the program, or an empty qdisc, is looked for as often, ... */
#define MVNET_RETRY		(HZ / 100 + 1)
/* ... and a chain with an absent buffer waits as long, before it is returned. */
#define MVNET_ABSENT_WAIT	(HZ / 20 + 1)
/* Frames that wait for a receive buffer before the network queue stops. */
#define MVNET_BACKLOG		512
/*
 * How long it stops at most, and then no more for as long. A frame waits as long for
 * buffers when there are too few of them.
 */
#define MVNET_PATIENCE		HZ
#define MVNET_IMPATIENCE	(10 * HZ)

/* Of their frames, as the kernel counts their memory */
#define MVNET_BACKLOG_BYTES	(2 * 1024 * 1024)

#define MVNET_MAX_HDR_LEN	sizeof(struct virtio_net_hdr_mrg_rxbuf)
#define MVNET_MAX_FRAME		VLAN_ETH_FRAME_LEN
/* Of a frame that is to be segmented: the most that IP can have */
#define MVNET_MAX_GSO_FRAME	(VLAN_ETH_HLEN + 65535)
/* What is in the linear part of a frame that is larger than most */
#define MVNET_LINEAR		256

/*
 * Interrupts. They are raised where nobody can sleep, and a stuck user can not
 * block a removal request, so the lock is one that spins.
 */
struct mvnet_irq {
	/* Protects all of this structure. */
	spinlock_t lock;
	/* What user space connected by VFIO_DEVICE_SET_IRQS. */
	struct eventfd_ctx *intx;
	struct eventfd_ctx *msix[MVNET_MAX_VECTORS];
	struct eventfd_ctx *req;
	/* Signalled by user space to unmask INTx, and what that starts. */
	struct virqfd *intx_unmask;
	struct delayed_work unmask;
	/* When it ran last, in jiffies. */
	unsigned long unmasked;
	bool msix_enabled;
	bool intx_masked;
	/* Copy of PCI_COMMAND_INTX_DISABLE. */
	bool intx_disabled;
	/* The virtio ISR; as long as it is not 0, INTx is asserted. */
	u8 isr;
};

/* Memory that the worker could not reach without sleeping. */
struct mvnet_absent {
	dma_addr_t iova;
	size_t len;
	bool write;
};

struct mvnet_pins {
	/* Protects all of this structure; held while memory is pinned. */
	struct mutex lock;
	/* Read by queues that are direct, too */
	DECLARE_HASHTABLE(chunks, 8);
	/* The program chooses the addresses, but shall not choose the buckets. */
	u32 seed;
	unsigned int nr_chunks;
	/* Pages are about to go, so queues find none. */
	bool going;
	/* Why nothing can be pinned */
	int error;
};

/*
 * A queue is in one of two modes. When it is direct, its ring and its buffers are
 * accessed in pinned pages, under the spinlock, by whoever has something to move.
 * Else the worker alone has it, under mvnet.lock, and copies by vfio_dma_rw().
 */
struct mvnet_vq {
	spinlock_t lock;
	/* Frames that went through, counted by who has the queue */
	unsigned long packets;
	unsigned long bytes;
	/* No length if nothing is absent */
	struct mvnet_absent absent;

	/* A reset clears the rest. */
	bool direct;
	/* The ring in pinned pages, valid when the queue is direct */
	struct vring_desc *ring_desc;
	struct vring_avail *ring_avail;
	struct vring_used *ring_used;
	/* Where buffers were found last, by their low bits: headers and frames take turns */
	struct mvnet_chunk *chunks[MVNET_NEAR_CHUNKS];
	/* What has to be pinned before the queue can be direct */
	bool wants;
	dma_addr_t wanted;
	size_t wanted_len;

	/* IOVA of the ring, 0 as long as the driver has set none. */
	dma_addr_t ring;
	/* MSI-X vector or VIRTIO_MSI_NO_VECTOR. */
	u16 vector;
	/* Free-running positions in the available and used rings. */
	u16 avail_idx;
	u16 used_idx;
	/* VRING_USED_F_NO_NOTIFY is set in the ring. */
	bool notify_off;
	/* The driver broke the rules; nothing moves until a device reset. */
	bool broken;
	/* There were not enough chains for one frame, which waits for more until then. */
	bool hungry;
	unsigned long hungry_end;
	/* A buffer of the first chain is absent, and is waited for until then. */
	bool waiting;
	unsigned long wait_end;

	/*
	 * A private copy of what the driver offered. Everything is checked
	 * and used here: the ring itself can change under our feet.
	 */
	u16 heads[MVNET_BATCH];
	/* How many bytes go into each of these chains, or come from it */
	u32 lens[MVNET_BATCH];
	struct vring_desc desc[MVNET_RING_SIZE];
	/* Looked at since the last fetch; see mvnet_vq_is_tired(). */
	unsigned int nr_desc;

	/* Chains done, not yet told to the driver. */
	struct vring_used_elem used[MVNET_BATCH];
	unsigned int nr_used;
	/* What is in element 0 of the used ring, beside the index */
	__virtio32 first_id;
};

/* A receive queue, a transmit queue, and the queue of the interface for them */
struct mvnet_pair {
	struct mvnet *mv;
	struct mvnet_vq *rx;
	struct mvnet_vq *tx;

	/* Delivers what a transmit queue that is direct has. */
	struct napi_struct napi;
	/* Frames from the kernel that wait for a receive buffer. */
	struct sk_buff_head backlog;
	/* What they take; under the backlog's lock. */
	unsigned int backlog_bytes;
	/* There is a driver that will take them; under the backlog's lock. */
	bool accepting;
	/* The network queue has stopped for too long; under the backlog's lock. */
	bool impatient;
	unsigned long impatient_end;
	struct delayed_work patience;
};

struct mvnet {
	struct vfio_device vdev;
	struct net_device *ndev;

	/* PCI and virtio registers, rings. Nobody sleeps on user memory with it. */
	struct mutex lock;
	/*
	 * Held while user memory is accessed, by the worker inside the lock and
	 * by a program that brings absent memory back. That one can sleep for
	 * as long as it wants, so the worker only tries to take it.
	 */
	struct mutex dma_lock;
	struct mvnet_pins pins;
	u8 config[PCI_CFG_SPACE_SIZE];
	u8 msix_table[MVNET_MAX_VECTORS * PCI_MSIX_ENTRY_SIZE];

	u8 status;
	/* As long as the device is live, they stay as they are. */
	u32 features;
	u16 queue_sel;
	u16 config_vector;
	struct virtio_net_config net_config;
	/* Those of the pairs and the control queue; allocated and freed with the device */
	struct mvnet_vq *vq;
	struct mvnet_pair *pairs;
	/* Pairs that the driver receives from; it begins with one. */
	unsigned int nr_active;
	/* The driver is ready and the rings may be used. */
	bool live;
	/* The active pairs accept frames: no others than those for this driver are left. */
	bool attached;
	/* When the last one went, as RCU counts time */
	unsigned long detached;

	struct mvnet_irq irq;

	/* Moves the frames of queues that are not direct, and follows the link. */
	struct work_struct work;
	/* Starts it again when memory was absent, or a driver could not be attached. */
	struct delayed_work retry;
};

/* A legacy device and its driver use the byte order of the CPU. */
static inline u16 mvnet16(__virtio16 val)
{
	return __virtio16_to_cpu(virtio_legacy_is_little_endian(), val);
}

static inline u32 mvnet32(__virtio32 val)
{
	return __virtio32_to_cpu(virtio_legacy_is_little_endian(), val);
}

static inline u64 mvnet64(__virtio64 val)
{
	return __virtio64_to_cpu(virtio_legacy_is_little_endian(), val);
}

static inline __virtio16 mvnet_v16(u16 val)
{
	return __cpu_to_virtio16(virtio_legacy_is_little_endian(), val);
}

static inline __virtio32 mvnet_v32(u32 val)
{
	return __cpu_to_virtio32(virtio_legacy_is_little_endian(), val);
}

static inline bool mvnet_has(const struct mvnet *mv, unsigned int feature)
{
	return READ_ONCE(mv->features) & BIT(feature);
}

/* Of the header that is in front of every frame in a ring */
static inline unsigned int mvnet_hdr_len(const struct mvnet *mv)
{
	return mvnet_has(mv, VIRTIO_NET_F_MRG_RXBUF) ?
	       sizeof(struct virtio_net_hdr_mrg_rxbuf) :
	       sizeof(struct virtio_net_hdr);
}

static inline struct mvnet *mvnet_of_vdev(struct vfio_device *vdev)
{
	return container_of(vdev, struct mvnet, vdev);
}

/* main.c */
extern struct workqueue_struct *mvnet_wq;
extern unsigned int mvnet_nr_pairs;

void mvnet_kick(struct mvnet *mv);

static inline unsigned int mvnet_nr_vectors(void)
{
	return 1 + 2 * mvnet_nr_pairs;
}

/* With one pair there is nothing to control. */
static inline unsigned int mvnet_nr_queues(void)
{
	return 2 * mvnet_nr_pairs + (mvnet_nr_pairs > 1);
}

/* The driver knows of so many. The queue after these is not one of another pair. */
static inline unsigned int mvnet_known_pairs(const struct mvnet *mv)
{
	return mvnet_has(mv, VIRTIO_NET_F_MQ) ? mvnet_nr_pairs : 1;
}

/* vfio.c */
extern const struct vfio_device_ops mvnet_vfio_ops;

/* pci.c */
void mvnet_config_reset(struct mvnet *mv);
bool mvnet_config_command(const struct mvnet *mv, u16 bit);
void mvnet_config_read(struct mvnet *mv, unsigned int off, u8 *buf,
		       unsigned int len);
void mvnet_config_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			unsigned int len);
void mvnet_msix_bar_read(struct mvnet *mv, unsigned int off, u8 *buf,
			 unsigned int len);
void mvnet_msix_bar_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			  unsigned int len);

/* irq.c */
void mvnet_irq_init(struct mvnet *mv);
void mvnet_irq_release(struct mvnet *mv);
int mvnet_irq_info(struct vfio_device *vdev, struct vfio_irq_info *info);
extern const struct mdev_irqs mvnet_irqs;
bool mvnet_irq_msix_enabled(struct mvnet *mv);
bool mvnet_irq_intx_asserted(struct mvnet *mv);
void mvnet_irq_intx_disable(struct mvnet *mv, bool disable);
void mvnet_irq_raise(struct mvnet *mv, u16 vector, u8 isr);
u8 mvnet_irq_ack(struct mvnet *mv);
void mvnet_irq_request(struct mvnet *mv, unsigned int count);

/* virtio.c */
void mvnet_virtio_reset(struct mvnet *mv);
void mvnet_virtio_update_live(struct mvnet *mv);
void mvnet_virtio_update_link(struct mvnet *mv);
void mvnet_virtio_read(struct mvnet *mv, unsigned int off, u8 *buf,
		       unsigned int len);
void mvnet_virtio_write(struct mvnet *mv, unsigned int off, const u8 *buf,
			unsigned int len);
void mvnet_mac(const struct mvnet *mv, u8 first, u8 *mac);

/* control.c */
void mvnet_control(struct mvnet *mv);

/* vring.c */
void mvnet_vq_reset(struct mvnet_vq *vq);
void mvnet_vq_want(struct mvnet_vq *vq, dma_addr_t iova, size_t len);
void mvnet_vq_want_ring(struct mvnet_vq *vq);
void mvnet_vq_park(struct mvnet *mv);
void mvnet_vq_go_direct(struct mvnet *mv, struct mvnet_vq *vq);
bool mvnet_vq_lock_direct(struct mvnet_vq *vq);
bool mvnet_vq_is_direct(struct mvnet_vq *vq);
void mvnet_vq_unlock_direct(struct mvnet *mv, struct mvnet_vq *vq);
int mvnet_vq_fetch(struct mvnet *mv, struct mvnet_vq *vq, unsigned int max);
s64 mvnet_vq_measure(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain);
int mvnet_vq_gather(struct mvnet *mv, struct mvnet_vq *vq, unsigned int nr,
		    u32 len);
int mvnet_vq_copy_skb(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		      struct sk_buff *skb, bool to_driver);
bool mvnet_vq_is_tired(const struct mvnet_vq *vq);
void mvnet_vq_push(struct mvnet_vq *vq, u16 head, u32 len);
int mvnet_vq_command(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		     void *command, size_t size);
int mvnet_vq_answer(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		    u8 answer);
int mvnet_vq_flush(struct mvnet *mv, struct mvnet_vq *vq);
void mvnet_vq_notify(struct mvnet *mv, struct mvnet_vq *vq, bool on);
void mvnet_vq_bring_back(struct mvnet *mv, struct mvnet_vq *vq);

/* pins.c */
void mvnet_pins_init(struct mvnet *mv);
void *mvnet_pins_find(struct mvnet *mv, u64 iova);
void *mvnet_pins_page(struct mvnet *mv, struct mvnet_vq *vq, u64 iova, size_t len);
int mvnet_pins_copy(struct mvnet *mv, struct mvnet_vq *vq, u64 iova, void *buf,
		    size_t len, bool write);
bool mvnet_pins_wanted(const struct mvnet *mv, const struct mvnet_vq *vq);
void mvnet_pins_bring(struct mvnet *mv, struct mvnet_vq *vq);
void mvnet_pins_unmapped(struct mvnet *mv, u64 iova, u64 length);
void mvnet_pins_release(struct mvnet *mv);
void mvnet_pins_exit(void);

/* netdev.c */
void mvnet_notified(struct mvnet *mv, u16 queue);
void mvnet_netdev_set_active(struct mvnet *mv, unsigned int nr);
int mvnet_netdev_create(struct mvnet *mv);
void mvnet_netdev_destroy(struct mvnet *mv);
void mvnet_netdev_attach(struct mvnet *mv);
void mvnet_netdev_detach(struct mvnet *mv);

#endif
