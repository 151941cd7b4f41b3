// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The device side of the rings ("virtqueues", legacy layout).
 *
 * A ring is memory of user space: a table of descriptors, the ring of chains
 * that the driver makes available, and on the next page the ring of chains
 * that the device has used. vfio_dma_rw() copies from and to the address that
 * user space gave to VFIO_IOMMU_MAP_DMA, and refuses every other address. A queue
 * that is direct has no need of that: what it uses is pinned, see pins.c.
 *
 * The driver can write anything at any time. So each batch is copied first,
 * then checked, then used from the copy; every loop is bounded by the size of
 * the ring or of the batch. A driver that breaks the rules gets its queue
 * stopped, as if the device had failed, until it resets the device.
 *
 * The program also says how long an access takes: its memory can be a file of a
 * file system that it serves itself, or be filled by a thread of its own when
 * it is touched (userfaultfd). A kernel thread that sleeps there can not even
 * be killed with the program, and holds VFIO's lock of the container: then the
 * program can not exit either. So the worker does not fault pages in. Memory
 * that is absent is noted, and whoever notifies us brings it back: a thread
 * of the program, which can wait and can be killed. (Pinned pages are never
 * absent, but a container of type 1 v1 allows no pinning, nor may every program.)
 *
 * The indices are the one thing that both sides use at the same time, and both
 * of their bytes can change at once. Copying to and from user space may go byte
 * by byte when it is less than a word, so an index is copied with the word of
 * eight bytes that it is in.
 */

#include <linux/nospec.h>

#include "mdev_vnet.h"

/* The first word of the available ring, and of the used ring */
struct mvnet_avail_head {
	__virtio16 flags;
	__virtio16 idx;
	__virtio16 ring[2];
} __aligned(sizeof(u64));

struct mvnet_used_head {
	__virtio16 flags;
	__virtio16 idx;
	__virtio32 first_id;
} __aligned(sizeof(u64));

static_assert(sizeof(struct mvnet_avail_head) == sizeof(u64));
static_assert(sizeof(struct mvnet_used_head) == sizeof(u64));

#define MVNET_AVAIL_OFFSET	(MVNET_RING_SIZE * sizeof(struct vring_desc))
#define MVNET_USED_OFFSET \
	ALIGN(MVNET_AVAIL_OFFSET + \
	      sizeof(struct vring_avail) + \
	      (MVNET_RING_SIZE + 1) * sizeof(__virtio16), \
	      VIRTIO_PCI_VRING_ALIGN)

#define MVNET_RING_BYTES \
	(MVNET_USED_OFFSET + sizeof(struct vring_used) + \
	 MVNET_RING_SIZE * sizeof(struct vring_used_elem) + sizeof(__virtio16))

/* Where a copy between the kernel and chains is */
struct mvnet_place {
	unsigned int chain;
	const struct vring_desc *desc;
	/* in its buffer */
	u32 offset;
	/* what is left of the chain */
	u32 left;
	/* how often it went to another descriptor */
	unsigned int steps;
};

/* No part of a ring crosses the end of a page: pages are found one by one. */
static_assert(MVNET_AVAIL_OFFSET <= VIRTIO_PCI_VRING_ALIGN);
static_assert(MVNET_USED_OFFSET <= 2 * VIRTIO_PCI_VRING_ALIGN);
static_assert(VIRTIO_PCI_VRING_ALIGN <= PAGE_SIZE);

/* The queue must not be direct. */
void mvnet_vq_reset(struct mvnet_vq *vq)
{
	WRITE_ONCE(vq->absent.len, 0);
	memset_startat(vq, 0, direct);
	vq->vector = VIRTIO_MSI_NO_VECTOR;
}

/* Ask for memory to be pinned. The queue goes on when that is done. */
void mvnet_vq_want(struct mvnet_vq *vq, dma_addr_t iova, size_t len)
{
	WRITE_ONCE(vq->wanted, iova);
	WRITE_ONCE(vq->wanted_len, len);
	/* Pairs with mvnet_pins_bring(). */
	smp_store_release(&vq->wants, true);
}

void mvnet_vq_want_ring(struct mvnet_vq *vq)
{
	mvnet_vq_want(vq, vq->ring, MVNET_RING_BYTES);
}

/* When this is over, nobody uses a page that is pinned, until the worker says so. */
void mvnet_vq_park(struct mvnet *mv)
{
	unsigned int i;

	for (i = 0; i < mvnet_nr_queues(); i++) {
		spin_lock_bh(&mv->vq[i].lock);
		mv->vq[i].direct = false;
		memset(mv->vq[i].chunks, 0, sizeof(mv->vq[i].chunks));
		spin_unlock_bh(&mv->vq[i].lock);
	}
}

/*
 * Called by the worker, which has the queue. It does not wait for the lock of the
 * pins: who holds that can sleep for long.
 */
void mvnet_vq_go_direct(struct mvnet *mv, struct mvnet_vq *vq)
{
	void *desc, *avail, *used;

	if (vq->direct || vq->wants || !vq->ring || vq->broken || !mv->live)
		return;

	spin_lock_bh(&vq->lock);
	desc = mvnet_pins_find(mv, vq->ring);
	avail = mvnet_pins_find(mv, vq->ring + MVNET_AVAIL_OFFSET);
	used = mvnet_pins_find(mv, vq->ring + MVNET_USED_OFFSET);
	if (desc && avail && used) {
		vq->ring_desc = desc;
		vq->ring_avail = avail;
		vq->ring_used = used;
		vq->direct = true;
	} else if (!READ_ONCE(mv->pins.going)) {
		mvnet_vq_want_ring(vq);
	}
	spin_unlock_bh(&vq->lock);
}

/* Returns whether the queue is direct, and then it is locked. */
bool mvnet_vq_lock_direct(struct mvnet_vq *vq)
{
	spin_lock_bh(&vq->lock);
	if (vq->direct)
		return true;
	spin_unlock_bh(&vq->lock);
	return false;
}

/* Asked under the lock, so that what was done with the queue until now is seen. */
bool mvnet_vq_is_direct(struct mvnet_vq *vq)
{
	bool direct = mvnet_vq_lock_direct(vq);

	if (direct)
		spin_unlock_bh(&vq->lock);
	return direct;
}

/* The worker does what can not be done here. */
void mvnet_vq_unlock_direct(struct mvnet *mv, struct mvnet_vq *vq)
{
	if (unlikely(vq->wants || vq->broken)) {
		vq->direct = false;
		mvnet_kick(mv);
	}
	spin_unlock_bh(&vq->lock);
}

static int mvnet_vq_break(struct mvnet *mv, struct mvnet_vq *vq,
			  const char *why)
{
	vq->broken = true;
	/* The worker takes the link down. */
	mvnet_kick(mv);
	if (net_ratelimit())
		netdev_notice(mv->ndev, "queue %td stopped until reset: %s\n",
			      vq - mv->vq, why);
	return -EIO;
}

/*
 * Every access to the program's memory but some to the ring of a queue that is
 * direct. Returns -EFAULT for memory that is absent or not pinned, another error
 * for memory that is not mapped.
 */
static int mvnet_vq_access(struct mvnet *mv, struct mvnet_vq *vq,
			   dma_addr_t iova, void *buf, size_t len, bool write)
{
	struct mvnet_absent *absent = &vq->absent;
	int ret;

	if (vq->direct) {
		ret = mvnet_pins_copy(mv, vq, iova, buf, len, write);
		if (unlikely(ret))
			mvnet_vq_want(vq, iova, len);
		return ret;
	}

	pagefault_disable();
	ret = vfio_dma_rw(&mv->vdev, iova, buf, len, write);
	pagefault_enable();
	if (ret != -EFAULT) {
		if (unlikely(absent->len) && absent->iova == iova)
			WRITE_ONCE(absent->len, 0);
		return ret;
	}

	absent->iova = iova;
	absent->write = write;
	WRITE_ONCE(absent->len, len);
	/* Some come back without help, for example when they have moved. */
	queue_delayed_work(mvnet_wq, &mv->retry, MVNET_RETRY);
	return ret;
}

/* Returns -EAGAIN if the ring is absent: it is tried again and again. */
static int mvnet_vq_rw(struct mvnet *mv, struct mvnet_vq *vq, size_t off,
		       void *buf, size_t len, bool write)
{
	int ret = mvnet_vq_access(mv, vq, vq->ring + off, buf, len, write);

	if (!ret)
		return 0;
	if (ret != -EFAULT)
		return mvnet_vq_break(mv, vq, "ring memory is not mapped");

	/* A program that sleeps will look at its ring, and have it back. */
	mvnet_irq_raise(mv, vq->vector, MVNET_ISR_QUEUE);
	return -EAGAIN;
}

/* The same for elements of a ring, which may wrap around its end. */
static int mvnet_vq_rw_ring(struct mvnet *mv, struct mvnet_vq *vq, size_t off,
			    size_t size, u16 idx, void *buf, unsigned int nr,
			    bool write)
{
	unsigned int first = idx % MVNET_RING_SIZE;
	unsigned int nr_first = min(nr, MVNET_RING_SIZE - first);
	int ret;

	ret = mvnet_vq_rw(mv, vq, off + first * size, buf, nr_first * size,
			  write);
	if (ret || nr == nr_first)
		return ret;
	return mvnet_vq_rw(mv, vq, off, buf + nr_first * size,
			   (nr - nr_first) * size, write);
}

static int mvnet_vq_read_avail(struct mvnet *mv, struct mvnet_vq *vq,
			       struct mvnet_avail_head *avail)
{
	if (vq->direct) {
		avail->flags = READ_ONCE(vq->ring_avail->flags);
		/* What the index covers was written before the index. */
		avail->idx = smp_load_acquire(&vq->ring_avail->idx);
		return 0;
	}
	return mvnet_vq_rw(mv, vq, MVNET_AVAIL_OFFSET, avail, sizeof(*avail),
			   false);
}

static int mvnet_vq_write_used(struct mvnet *mv, struct mvnet_vq *vq,
			       u16 used_idx, bool notify_off)
{
	struct mvnet_used_head used = {
		.flags = mvnet_v16(notify_off ? VRING_USED_F_NO_NOTIFY : 0),
		.idx = mvnet_v16(used_idx),
		.first_id = vq->first_id,
	};

	if (vq->direct) {
		WRITE_ONCE(vq->ring_used->flags, used.flags);
		/* The driver must not see the index before the elements. */
		smp_store_release(&vq->ring_used->idx, used.idx);
		return 0;
	}
	return mvnet_vq_rw(mv, vq, MVNET_USED_OFFSET, &used, sizeof(used),
			   true);
}

/*
 * Copy up to max chains that the driver has made available. Chains that are
 * not pushed as used stay available, and are fetched again the next time.
 * Returns how many there are in vq->heads, or a negative error.
 */
int mvnet_vq_fetch(struct mvnet *mv, struct mvnet_vq *vq, unsigned int max)
{
	struct mvnet_avail_head avail;
	unsigned int nr;
	unsigned int i;
	int ret;

	vq->nr_desc = 0;
	if (!vq->ring)
		return 0;

	ret = mvnet_vq_read_avail(mv, vq, &avail);
	if (ret)
		return ret;

	nr = (u16)(mvnet16(avail.idx) - vq->avail_idx);
	if (nr > MVNET_RING_SIZE)
		return mvnet_vq_break(mv, vq, "available index out of range");

	nr = min3(nr, max, (unsigned int)MVNET_BATCH);
	if (!nr)
		return 0;

	smp_rmb();
	ret = mvnet_vq_rw_ring(mv, vq,
			       MVNET_AVAIL_OFFSET + sizeof(struct vring_avail),
			       sizeof(u16), vq->avail_idx, vq->heads, nr,
			       false);
	if (ret)
		return ret;
	for (i = 0; i < nr; i++)
		vq->heads[i] = mvnet16((__force __virtio16)vq->heads[i]);

	/* One copy of the table costs less than one call per descriptor. */
	if (!vq->direct)
		ret = mvnet_vq_rw(mv, vq, 0, vq->desc, sizeof(vq->desc), false);
	return ret ? ret : nr;
}

/*
 * An index that the driver has chosen and that was found to be good. A CPU that
 * speculates does not wait for what was found, but this it can not ignore.
 */
static struct vring_desc *mvnet_vq_desc(struct mvnet_vq *vq, unsigned int i)
{
	return &vq->desc[array_index_nospec(i, MVNET_RING_SIZE)];
}

/* The same, and the copy is made where the table has not been copied as a whole. */
static const struct vring_desc *mvnet_vq_read_desc(struct mvnet_vq *vq,
						   unsigned int i)
{
	struct vring_desc *desc = mvnet_vq_desc(vq, i);

	vq->nr_desc++;
	if (vq->direct) {
		const struct vring_desc *from = &vq->ring_desc[desc - vq->desc];

		desc->addr = READ_ONCE(from->addr);
		desc->len = READ_ONCE(from->len);
		desc->flags = READ_ONCE(from->flags);
		desc->next = READ_ONCE(from->next);
	}
	return desc;
}

/*
 * Check a chain. All of its buffers must go in the given direction.
 * Returns their length in bytes, or a negative error.
 */
static s64 mvnet_vq_chain_len(struct mvnet *mv, struct mvnet_vq *vq, u16 head,
			      bool to_driver)
{
	unsigned int i = head;
	unsigned int count;
	s64 len = 0;

	for (count = 0; count < MVNET_RING_SIZE; count++) {
		const struct vring_desc *desc;
		u16 flags;

		if (i >= MVNET_RING_SIZE)
			return mvnet_vq_break(mv, vq,
					      "descriptor index out of range");
		desc = mvnet_vq_read_desc(vq, i);
		flags = mvnet16(desc->flags);
		if (flags & VRING_DESC_F_INDIRECT)
			return mvnet_vq_break(mv, vq,
					      "indirect descriptor not negotiated");
		if (!!(flags & VRING_DESC_F_WRITE) != to_driver)
			return mvnet_vq_break(mv, vq,
					      "descriptor of wrong direction");
		len += mvnet32(desc->len);
		if (!(flags & VRING_DESC_F_NEXT))
			return len;
		i = mvnet16(desc->next);
	}
	return mvnet_vq_break(mv, vq, "descriptor chain has a loop");
}

/* How much is in a chain that was fetched? A negative error if it is not good. */
s64 mvnet_vq_measure(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain)
{
	s64 len = mvnet_vq_chain_len(mv, vq, vq->heads[chain], false);

	if (len >= 0)
		vq->lens[chain] = min_t(s64, len, U32_MAX);
	return len;
}

/*
 * Find room for so many bytes in the next of nr chains that were fetched, in more
 * than one if the driver takes that. Returns in how many; -ENOBUFS if it takes more
 * than there are, -EMSGSIZE if it must not take as many.
 */
int mvnet_vq_gather(struct mvnet *mv, struct mvnet_vq *vq, unsigned int nr,
		    u32 len)
{
	unsigned int looked = vq->nr_desc;
	unsigned int i;

	for (i = vq->nr_used; i < nr; i++) {
		s64 room = mvnet_vq_chain_len(mv, vq, vq->heads[i], true);

		if (room < 0)
			return room;
		/* A frame could take as many again for each of its chains. */
		if (vq->nr_desc - looked > MVNET_RING_SIZE)
			return mvnet_vq_break(mv, vq,
					      "descriptor is in several chains");
		vq->lens[i] = min_t(s64, room, len);
		len -= vq->lens[i];
		if (!len)
			return i + 1 - vq->nr_used;
		if (!mvnet_has(mv, VIRTIO_NET_F_MRG_RXBUF))
			return -EMSGSIZE;
	}
	return nr - vq->nr_used == MVNET_BATCH ? -EMSGSIZE : -ENOBUFS;
}

/*
 * Chains that share descriptors can be as long as the ring, each of them. When as
 * many were looked at as the ring has, the rest is for the next pass.
 */
bool mvnet_vq_is_tired(const struct mvnet_vq *vq)
{
	return vq->nr_desc >= MVNET_RING_SIZE;
}

/*
 * A buffer is absent. The program is asked to notify us, which brings it back.
 * Returns -EAGAIN as long as it is worth to wait for that, then -EFAULT.
 */
static int mvnet_vq_wait(struct mvnet *mv, struct mvnet_vq *vq)
{
	if (!vq->waiting) {
		vq->waiting = true;
		vq->wait_end = jiffies + MVNET_ABSENT_WAIT;
	}
	mvnet_vq_notify(mv, vq, true);
	if (time_before(jiffies, vq->wait_end))
		return -EAGAIN;

	vq->waiting = false;
	return -EFAULT;
}

/* A buffer could not be accessed. Returns what to do with the chain. */
static int mvnet_vq_failed(struct mvnet *mv, struct mvnet_vq *vq, int error)
{
	if (error != -EFAULT)
		return mvnet_vq_break(mv, vq, "buffer is not mapped");
	return vq->direct ? -EAGAIN : mvnet_vq_wait(mv, vq);
}

static void mvnet_place_set(struct mvnet_vq *vq, struct mvnet_place *place,
			    unsigned int chain)
{
	place->chain = chain;
	place->desc = mvnet_vq_desc(vq, vq->heads[chain]);
	place->offset = 0;
	place->left = vq->lens[chain];
}

/*
 * To the next descriptor, or the next chain. When the queue is direct, a chain that
 * had a loop, and has none any more when its length is found, leaves the loop in the
 * copy: the later look at a descriptor replaces what the earlier one saw. So there is
 * a bound here, too. Chains end by what was found to be in them, so what belongs to
 * the next frame is never reached.
 */
static int mvnet_place_step(struct mvnet *mv, struct mvnet_vq *vq,
			    struct mvnet_place *place)
{
	if (++place->steps > MVNET_RING_SIZE + MVNET_BATCH)
		return mvnet_vq_break(mv, vq, "descriptor chain has changed");
	if (!place->left) {
		mvnet_place_set(vq, place, place->chain + 1);
	} else {
		place->desc = mvnet_vq_desc(vq, mvnet16(place->desc->next));
		place->offset = 0;
	}
	return 0;
}

/* Part of a buffer of the program; what most often happens comes first. */
static int mvnet_vq_copy_part(struct mvnet *mv, struct mvnet_vq *vq, u64 iova,
			      void *buf, size_t len, bool to_driver)
{
	void *page = vq->direct ? mvnet_pins_page(mv, vq, iova, len) : NULL;

	if (unlikely(!page))
		return mvnet_vq_access(mv, vq, iova, buf, len, to_driver);
	if (to_driver)
		memcpy(page, buf, len);
	else
		memcpy(buf, page, len);
	return 0;
}

/*
 * Copy between a buffer and chains that were approved. Returns -EAGAIN if they shall
 * be tried again later, -EFAULT if they shall be given back unused because a buffer
 * is absent.
 */
static int mvnet_vq_copy(struct mvnet *mv, struct mvnet_vq *vq,
			 struct mvnet_place *place, void *buf, size_t len,
			 bool to_driver)
{
	int ret = 0;

	while (len && !ret) {
		u32 in_desc = mvnet32(place->desc->len) - place->offset;
		u32 part = min3((size_t)in_desc, (size_t)place->left, len);

		if (!part) {
			ret = mvnet_place_step(mv, vq, place);
			continue;
		}
		ret = mvnet_vq_copy_part(mv, vq,
					 mvnet64(place->desc->addr) +
					 place->offset,
					 buf, part, to_driver);
		buf += part;
		len -= part;
		place->offset += part;
		place->left -= part;
	}
	return likely(!ret) || vq->broken ? ret : mvnet_vq_failed(mv, vq, ret);
}

/* All of a frame, from or to chains that hold as much. The header belongs to it. */
int mvnet_vq_copy_skb(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		      struct sk_buff *skb, bool to_driver)
{
	const struct skb_shared_info *shinfo = skb_shinfo(skb);
	struct mvnet_place place;
	unsigned int i;
	int ret;

	mvnet_place_set(vq, &place, chain);
	place.steps = 0;
	ret = mvnet_vq_copy(mv, vq, &place, skb->data, skb_headlen(skb),
			    to_driver);
	for (i = 0; i < shinfo->nr_frags && !ret; i++)
		ret = mvnet_vq_copy(mv, vq, &place,
				    skb_frag_address(&shinfo->frags[i]),
				    skb_frag_size(&shinfo->frags[i]), to_driver);
	if (!ret)
		vq->waiting = false;
	return ret;
}

/*
 * The next descriptor of a chain that has been fetched, and that goes both ways; NULL
 * if there is none. Called with a count that begins with 0.
 */
static const struct vring_desc *mvnet_vq_follow(struct mvnet *mv,
						struct mvnet_vq *vq,
						const struct vring_desc *desc,
						unsigned int head,
						unsigned int *count)
{
	unsigned int i = desc ? mvnet16(desc->next) : head;

	if (desc && !(mvnet16(desc->flags) & VRING_DESC_F_NEXT))
		return NULL;
	if (i >= MVNET_RING_SIZE || ++*count > MVNET_RING_SIZE) {
		mvnet_vq_break(mv, vq, "descriptor chain of a command is not good");
		return NULL;
	}
	return mvnet_vq_read_desc(vq, i);
}

/*
 * Copy what the driver has written into a chain of the control queue, up to a size.
 * Returns how much it was, or a negative error as mvnet_vq_copy_skb() does.
 */
int mvnet_vq_command(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		     void *command, size_t size)
{
	const struct vring_desc *desc = NULL;
	unsigned int count = 0;
	size_t len = 0;

	while ((desc = mvnet_vq_follow(mv, vq, desc, vq->heads[chain], &count))) {
		size_t part = min_t(size_t, mvnet32(desc->len), size - len);
		int ret = 0;

		if (mvnet16(desc->flags) & VRING_DESC_F_WRITE)
			break;
		if (part)
			ret = mvnet_vq_access(mv, vq, mvnet64(desc->addr),
					      command + len, part, false);
		if (ret)
			return mvnet_vq_failed(mv, vq, ret);
		len += part;
	}
	return vq->broken ? -EIO : len;
}

/* Where the driver wants it: in the first byte that is to be written */
int mvnet_vq_answer(struct mvnet *mv, struct mvnet_vq *vq, unsigned int chain,
		    u8 answer)
{
	const struct vring_desc *desc = NULL;
	unsigned int count = 0;
	int ret;

	while ((desc = mvnet_vq_follow(mv, vq, desc, vq->heads[chain], &count)))
		if (desc->len && mvnet16(desc->flags) & VRING_DESC_F_WRITE)
			break;
	if (!desc)
		return mvnet_vq_break(mv, vq, "no place for an answer");
	ret = mvnet_vq_access(mv, vq, mvnet64(desc->addr), &answer,
			      sizeof(answer), true);
	if (ret)
		return mvnet_vq_failed(mv, vq, ret);
	vq->waiting = false;
	return 0;
}

/* Note that a chain is done, with len bytes written into it. */
void mvnet_vq_push(struct mvnet_vq *vq, u16 head, u32 len)
{
	struct vring_used_elem *elem = &vq->used[vq->nr_used++];

	elem->id = mvnet_v32(head);
	elem->len = mvnet_v32(len);
	if ((vq->used_idx + vq->nr_used - 1) % MVNET_RING_SIZE == 0)
		vq->first_id = elem->id;
}

/*
 * Hand the chains that are done back to the driver, and interrupt it. If that
 * fails because the ring is absent, they are kept for the next time.
 */
int mvnet_vq_flush(struct mvnet *mv, struct mvnet_vq *vq)
{
	unsigned int nr = vq->nr_used;
	struct mvnet_avail_head avail;
	int ret;

	if (!nr || vq->broken)
		return 0;

	ret = mvnet_vq_rw_ring(mv, vq,
			       MVNET_USED_OFFSET + sizeof(struct vring_used),
			       sizeof(struct vring_used_elem), vq->used_idx,
			       vq->used, nr, true);
	if (ret)
		return ret;

	smp_wmb();
	ret = mvnet_vq_write_used(mv, vq, vq->used_idx + nr, vq->notify_off);
	if (ret)
		return ret;

	vq->avail_idx += nr;
	vq->used_idx += nr;
	vq->nr_used = 0;

	/* Either the driver sees the index, or we see that it wants to sleep. */
	smp_mb();
	ret = mvnet_vq_read_avail(mv, vq, &avail);
	if (!ret && !(mvnet16(avail.flags) & VRING_AVAIL_F_NO_INTERRUPT))
		mvnet_irq_raise(mv, vq->vector, MVNET_ISR_QUEUE);
	return ret;
}

/*
 * Tell the driver whether it must notify us of new chains. After switching
 * it on, the caller has to look once more: some may have come just before.
 */
void mvnet_vq_notify(struct mvnet *mv, struct mvnet_vq *vq, bool on)
{
	if (!vq->ring || vq->broken || vq->notify_off == !on)
		return;

	if (mvnet_vq_write_used(mv, vq, vq->used_idx, !on))
		return;
	vq->notify_off = !on;
	/* Either the driver sees the flag, or we see the new chain. */
	smp_mb();
}

/*
 * Touch each page in the way that the worker could not. What is read is written
 * back: this is memory that the driver has left to the device.
 */
static int mvnet_touch(struct mvnet *mv, const struct mvnet_absent *absent)
{
	size_t off = 0;

	while (off < absent->len) {
		dma_addr_t iova = absent->iova + off;
		u8 byte;
		int ret;

		ret = vfio_dma_rw(&mv->vdev, iova, &byte, 1, false);
		if (!ret && absent->write)
			ret = vfio_dma_rw(&mv->vdev, iova, &byte, 1, true);
		if (ret)
			return ret;
		off += PAGE_SIZE - offset_in_page(iova);
	}
	return 0;
}

/*
 * Called by a thread of the program. If that is of another process than the one
 * that mapped the memory, some containers refuse: then the other has to notify.
 */
void mvnet_vq_bring_back(struct mvnet *mv, struct mvnet_vq *vq)
{
	struct mvnet_absent *absent = &vq->absent;
	int ret;

	if (likely(!READ_ONCE(absent->len)))
		return;
	if (mutex_lock_killable(&mv->dma_lock))
		return;
	ret = mvnet_touch(mv, absent);
	if (!ret)
		WRITE_ONCE(absent->len, 0);
	mutex_unlock(&mv->dma_lock);
	if (ret && !fatal_signal_pending(current) && net_ratelimit())
		netdev_notice(mv->ndev,
			      "queue %td waits for memory that process %d can not touch: error %d, unmap it for DMA before it goes\n",
			      vq - mv->vq, task_tgid_nr(current), ret);
}
