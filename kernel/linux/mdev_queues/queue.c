// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * User queues, and the way of a frame into one:
 *
 *	mq_rx()			the lower has received it (lower.c)
 *	mq_flow_take()		a rule says which queue (flow.c)
 *	mq_queue_put()		it waits in the queue
 *	mq_poll()		up to 64 of them, then one event
 *	mq_receive()		is there somebody who takes it? If not, it is the
 *				kernel's, as if there were no rule
 *	mq_publish()		its copy into a buffer, the one that stands for the DMA
 *				of a NIC
 *
 * A queue is not alive without a program, when the program has stopped it, has hung
 * up, was killed or hangs itself, or when there was nonsense in its rings.
 */

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>

#include "mdev_queues.h"

/* More frames than that do not wait for the poll function. */
#define MQ_MAX_BACKLOG	1024

unsigned int mq_stall_ms = 100;
module_param_named(stall_ms, mq_stall_ms, uint, 0644);
MODULE_PARM_DESC(stall_ms, "when frames become the kernel's that a program does not take");

/* For the program to see: what breaks a queue on another processor is not lost. */
static void mq_set_state(struct mq_queue *q, enum netmdev_queue_state state)
{
	if (READ_ONCE(q->status->state) == state)
		return;
	smp_store_mb(q->status->state, state);
	if (READ_ONCE(q->broken))
		WRITE_ONCE(q->status->state, NETMDEV_QUEUE_BROKEN);
}

void mq_queue_break(struct mq_queue *q, const char *reason)
{
	spin_lock_bh(&q->frames.lock);
	q->live = false;
	spin_unlock_bh(&q->frames.lock);
	smp_store_mb(q->broken, true);
	WRITE_ONCE(q->status->state, NETMDEV_QUEUE_BROKEN);
	if (net_ratelimit())
		netdev_err(q->mq->ndev,
			   "queue %u: %s, so it is stopped until the program disables it and creates it anew\n",
			   q->nr, reason);
}

/*
 * Receive
 */

bool mq_queue_put(struct mq_queue *q, struct sk_buff *skb)
{
	bool taken = true;
	bool room = true;

	spin_lock_bh(&q->frames.lock);
	if (!q->live) {
		q->status->rx_fallback++;
		taken = false;
	} else if (skb_queue_len(&q->frames) >= MQ_MAX_BACKLOG) {
		q->status->rx_overrun++;
		room = false;
	} else {
		/* The one below can go while the frame waits, mqN can not. */
		skb->dev = q->mq->ndev;
		__skb_queue_tail(&q->frames, skb);
	}
	spin_unlock_bh(&q->frames.lock);

	if (!room)
		kfree_skb(skb);
	else if (taken)
		napi_schedule(&q->napi);
	return taken;
}

static void mq_fall_back(struct mq_queue *q, struct sk_buff *skb)
{
	struct net_device *ndev = q->mq->ndev;

	/* It was running when the frame came. */
	if (!netif_running(ndev)) {
		dev_core_stats_rx_dropped_inc(ndev);
		kfree_skb(skb);
		return;
	}
	spin_lock_bh(&q->frames.lock);
	q->status->rx_fallback++;
	spin_unlock_bh(&q->frames.lock);
	mq_port_receive(q->mq, skb);
}

/*
 * The buffer of the next descriptor, which is copied; NULL if there is none. Nonsense
 * stops the queue.
 */
static void *mq_next_buffer(struct mq_queue *q, struct netmdev_desc *desc)
{
	void *buffer = NULL;

	if (READ_ONCE(q->broken) || !mq_ring_peek(&q->rx, desc))
		return NULL;
	if (mq_desc_is_sane(desc))
		buffer = mq_memory_at(q->mq, desc->addr, desc->len);
	if (!buffer)
		mq_queue_break(q, "a receive buffer lies not in its memory");
	return buffer;
}

/*
 * Does the program move? It must take what there is, or give buffers if there are
 * none; if there is nothing to do for it, it need not.
 */
static bool mq_is_alive(struct mq_queue *q)
{
	u16 taken = READ_ONCE(q->rx.ctl->taken);
	struct netmdev_desc desc;
	bool has_buffer = mq_next_buffer(q, &desc);
	bool stalled;

	if (READ_ONCE(q->broken))
		return false;
	if (taken != q->taken || (taken == q->published && has_buffer))
		q->moved = jiffies;
	q->taken = taken;
	stalled = time_after(jiffies,
			     q->moved + msecs_to_jiffies(READ_ONCE(mq_stall_ms)));
	mq_set_state(q, stalled ? NETMDEV_QUEUE_STALLED : NETMDEV_QUEUE_LIVE);
	return !stalled;
}

static struct netmdev_hdr mq_make_header(struct sk_buff *skb)
{
	ktime_t time = skb_tstamp_cond(skb, false);
	struct netmdev_hdr hdr = {};

	if (skb->ip_summed == CHECKSUM_UNNECESSARY)
		hdr.flags |= NETMDEV_HDR_CSUM_VALID;
	if (skb_vlan_tag_present(skb)) {
		hdr.flags |= NETMDEV_HDR_VLAN;
		hdr.vlan_tci = skb_vlan_tag_get(skb);
	}
	if (skb->hash) {
		hdr.flags |= NETMDEV_HDR_HASH;
		hdr.hash = skb->hash;
	}
	if (mq_cb(skb)->marked) {
		hdr.flags |= NETMDEV_HDR_MARK;
		hdr.mark = mq_cb(skb)->mark;
	}
	if (time) {
		hdr.flags |= NETMDEV_HDR_TIME;
		hdr.time = ktime_to_ns(time);
	}
	return hdr;
}

/* The frame begins at its data. It is the caller's to free. */
static void mq_publish(struct mq_queue *q, struct sk_buff *skb)
{
	struct netmdev_hdr hdr = mq_make_header(skb);
	u32 len = sizeof(hdr) + skb->len;
	struct netmdev_desc desc;
	void *buffer = mq_next_buffer(q, &desc);

	if (!buffer) {
		q->status->rx_no_buffer++;
		return;
	}
	if (len > desc.len) {
		q->status->rx_too_long++;
		return;
	}
	memcpy(buffer, &hdr, sizeof(hdr));
	/* Can not fail: there are so many bytes in the frame. */
	skb_copy_bits(skb, 0, buffer + sizeof(hdr), skb->len);
	mq_ring_use(&q->rx, len);
	q->published++;
	q->status->rx_packets++;
	q->status->rx_bytes += skb->len;
}

/* SCTP has a sum of its own kind, of which NETMDEV_HDR_CSUM_VALID says nothing. */
static bool mq_fill_checksum(struct sk_buff *skb)
{
	bool is_sctp = skb_csum_is_sctp(skb);

	if (skb_csum_hwoffload_help(skb, 0))
		return false;
	if (!is_sctp)
		skb->ip_summed = CHECKSUM_UNNECESSARY;
	return true;
}

/* What the program shall not have to do, and a NIC would not leave to it */
static struct sk_buff *mq_complete(struct sk_buff *skb)
{
	if (skb_vlan_tag_present(skb) && skb->vlan_proto != htons(ETH_P_8021Q))
		skb = __vlan_hwaccel_push_inside(skb);
	if (!skb)
		return NULL;
	if (skb->ip_summed == CHECKSUM_PARTIAL && !mq_fill_checksum(skb)) {
		kfree_skb(skb);
		return NULL;
	}
	return skb;
}

static void mq_finish(struct mq_queue *q, struct sk_buff *skb)
{
	skb = mq_complete(skb);
	if (!skb) {
		q->status->rx_error++;
		return;
	}
	mq_publish(q, skb);
	consume_skb(skb);
}

/* A train of frames that was put together becomes frames again. */
static void mq_finish_segments(struct mq_queue *q, struct sk_buff *skb)
{
	struct mq_cb cb = *mq_cb(skb);
	struct sk_buff *segments;
	struct sk_buff *next;

	/* mq_complete() does the checksums, and says so. */
	segments = __skb_gso_segment(skb, NETIF_F_SG | NETIF_F_HW_CSUM, false);
	if (IS_ERR_OR_NULL(segments)) {
		q->status->rx_error++;
		kfree_skb(skb);
		return;
	}
	consume_skb(skb);
	skb_list_walk_safe(segments, skb, next) {
		skb_mark_not_on_list(skb);
		*mq_cb(skb) = cb;
		mq_finish(q, skb);
	}
}

static void mq_receive(struct mq_queue *q, struct sk_buff *skb)
{
	if (!mq_is_alive(q)) {
		mq_fall_back(q, skb);
		return;
	}
	skb_push(skb, ETH_HLEN);
	if (skb_is_gso(skb))
		mq_finish_segments(q, skb);
	else
		mq_finish(q, skb);
}

static int mq_poll(struct napi_struct *napi, int budget)
{
	struct mq_queue *q = container_of(napi, struct mq_queue, napi);
	u16 published = q->published;
	struct sk_buff *skb;
	int done = 0;

	while (done < budget && (skb = skb_dequeue(&q->frames))) {
		mq_receive(q, skb);
		done++;
	}
	if (q->published != published && mq_ring_wants_event(&q->rx))
		mq_irq_signal(q->mq, NETMDEV_IRQ_RX, q->nr - 1);
	if (done < budget)
		napi_complete_done(napi, done);
	return done;
}

/*
 * Life
 */

void mq_queue_init(struct mq *mq, unsigned int index)
{
	struct mq_queue *q = &mq->queues[index];

	q->mq = mq;
	q->nr = index + 1;
	skb_queue_head_init(&q->frames);
	mutex_init(&q->tx_lock);
	/* Removed by the kernel when it frees the interface. */
	netif_napi_add(mq->ndev, &q->napi, mq_poll);
}

static u64 mq_ring_offset(const struct mq_queue *q, bool tx)
{
	return (2 * (q->nr - 1) + tx) * (u64)NETMDEV_RING_STRIDE;
}

static bool mq_ring_size_is_good(u32 size)
{
	return !size || (is_power_of_2(size) && size >= NETMDEV_MIN_RING &&
			 size <= NETMDEV_MAX_RING);
}

static void mq_ring_clear(void *window, u32 size, u16 device_event)
{
	struct netmdev_ring_ctl *ctl = window + NETMDEV_RING_CTL;

	memset(window, 0, size * sizeof(struct netmdev_desc));
	memset(ctl, 0, sizeof(*ctl));
	ctl->device.flags = device_event;
}

int mq_queue_create(struct mq_queue *q, struct netmdev_queue *arg)
{
	struct mq *mq = q->mq;

	if (q->enabled)
		return -EBUSY;
	if (!mq->memory.addr)
		return -ENXIO;
	if (!mq_ring_size_is_good(arg->rx_size) ||
	    !mq_ring_size_is_good(arg->tx_size)) {
		if (net_ratelimit())
			netdev_err(mq->ndev,
				   "queue %u: rings of %u and %u descriptors, but it takes a power of two from %d to %d\n",
				   q->nr, arg->rx_size, arg->tx_size,
				   NETMDEV_MIN_RING, NETMDEV_MAX_RING);
		return -EINVAL;
	}
	arg->rx_offset = mq_ring_offset(q, false);
	arg->tx_offset = mq_ring_offset(q, true);
	mq_ring_clear(mq->rings + arg->rx_offset, arg->rx_size,
		      NETMDEV_EVENT_DISABLE);
	mq_ring_clear(mq->rings + arg->tx_offset, arg->tx_size,
		      NETMDEV_EVENT_ENABLE);
	q->rx_size = arg->rx_size;
	q->tx_size = arg->tx_size;
	q->created = true;
	mq_set_state(q, NETMDEV_QUEUE_READY);
	return 0;
}

int mq_queue_enable(struct mq_queue *q)
{
	void *rings = q->mq->rings;

	if (!q->created || q->enabled)
		return -EINVAL;
	mq_ring_init(&q->rx, rings + mq_ring_offset(q, false), q->rx_size);
	q->published = 0;
	q->taken = 0;
	q->moved = jiffies;
	mq_set_state(q, NETMDEV_QUEUE_LIVE);
	q->enabled = true;

	mutex_lock(&q->tx_lock);
	mq_ring_init(&q->tx, rings + mq_ring_offset(q, true), q->tx_size);
	mutex_unlock(&q->tx_lock);

	napi_enable(&q->napi);
	spin_lock_bh(&q->frames.lock);
	q->live = q->rx_size;
	spin_unlock_bh(&q->frames.lock);
	return 0;
}

/* What has not been polled is the kernel's. */
static void mq_queue_empty(struct mq_queue *q)
{
	struct sk_buff *skb;

	local_bh_disable();
	while ((skb = skb_dequeue(&q->frames)))
		mq_fall_back(q, skb);
	local_bh_enable();
}

void mq_queue_disable(struct mq_queue *q)
{
	q->created = false;
	if (!q->enabled)
		goto none;

	spin_lock_bh(&q->frames.lock);
	q->live = false;
	spin_unlock_bh(&q->frames.lock);
	/* Waits for the poll function. */
	napi_disable(&q->napi);
	q->rx.size = 0;
	mq_queue_empty(q);

	mutex_lock(&q->tx_lock);
	q->tx.size = 0;
	mutex_unlock(&q->tx_lock);
	q->enabled = false;
none:
	WRITE_ONCE(q->broken, false);
	mq_set_state(q, NETMDEV_QUEUE_NONE);
}
