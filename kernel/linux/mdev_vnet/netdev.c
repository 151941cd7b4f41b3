// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * The network interface at the kernel's end, and what moves frames between it and
 * the rings.
 *
 * A queue that is direct (see struct mvnet_vq) needs no thread: what the PMD
 * transmits is received by NAPI, in the softirq that its notification raises, and
 * what the kernel sends is put into the ring by ndo_start_xmit().
 *
 * For a queue that is not, there is a worker. vfio_dma_rw() copies on behalf of
 * the process that mapped the memory: from another process, say a DPDK secondary
 * that notifies, it fails; from a kernel thread it works for all of them. And a
 * softirq may not wait for VFIO's lock, a worker may.
 *
 * Nothing here takes the device lock under RTNL; RTNL is only tried under the device
 * lock.
 *
 * What the driver takes and gives in the header in front of each frame, checksums
 * that are to be filled in and frames that are to be segmented, the kernel can do
 * as well, so the header is translated and nothing is computed here. A frame of
 * the program is always copied: it can change its memory at any time, and the
 * kernel must not see a frame that differs from the one that it has looked at.
 * Pages of the program in an skb would gain nothing for a local receiver, as the
 * kernel copies them before it delivers (see skb_orphan_frags_rx()).
 */

#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/nospec.h>
#include <linux/rtnetlink.h>
#include <net/sch_generic.h>

#include "mdev_vnet.h"

struct mvnet_netdev_priv {
	struct mvnet *mv;
};

static struct mvnet *mvnet_of(struct net_device *ndev)
{
	struct mvnet_netdev_priv *priv = netdev_priv(ndev);

	return priv->mv;
}

static unsigned int mvnet_pair_index(const struct mvnet_pair *pair)
{
	return pair - pair->mv->pairs;
}

static bool mvnet_pair_stopped(const struct mvnet_pair *pair)
{
	return __netif_subqueue_stopped(pair->mv->ndev, mvnet_pair_index(pair));
}

static bool mvnet_backlog_has_room(const struct mvnet_pair *pair)
{
	return skb_queue_len(&pair->backlog) < MVNET_BACKLOG &&
	       pair->backlog_bytes < MVNET_BACKLOG_BYTES;
}

/*
 * The queue stops when the backlog is full, so frames wait in the qdisc and
 * their senders block; nothing is lost while the PMD is slow. Stopping and
 * waking are both done under the lock of the backlog.
 *
 * But a sender can be a socket that others need: the kernel answers pings over
 * all interfaces with one for each processor. So the wait has an end, and a PMD
 * that leaves the queue stopped for long can not stop it again at once. And a
 * frame that has come as far as here holds its sender no longer.
 */
static bool mvnet_backlog_push(struct mvnet_pair *pair, struct sk_buff *skb)
{
	bool room;

	lockdep_assert_held(&pair->backlog.lock);
	/* The carrier can change while the stack sends, this not. */
	if (!pair->accepting)
		return false;

	room = mvnet_backlog_has_room(pair);
	if (room) {
		__skb_queue_tail(&pair->backlog, skb);
		pair->backlog_bytes += skb->truesize;
	}
	if (!mvnet_backlog_has_room(pair) && !pair->impatient) {
		netif_stop_subqueue(pair->mv->ndev, mvnet_pair_index(pair));
		mod_delayed_work(mvnet_wq, &pair->patience, MVNET_PATIENCE);
	}
	return room;
}

static void mvnet_lose_patience(struct work_struct *work)
{
	struct mvnet_pair *pair = container_of(work, struct mvnet_pair,
					       patience.work);

	spin_lock_bh(&pair->backlog.lock);
	if (netif_running(pair->mv->ndev) && mvnet_pair_stopped(pair)) {
		pair->impatient = true;
		pair->impatient_end = jiffies + MVNET_IMPATIENCE;
		netif_wake_subqueue(pair->mv->ndev, mvnet_pair_index(pair));
	}
	spin_unlock_bh(&pair->backlog.lock);
}

static struct sk_buff *mvnet_backlog_pop(struct mvnet_pair *pair)
{
	struct sk_buff *skb;

	spin_lock_bh(&pair->backlog.lock);
	skb = __skb_dequeue(&pair->backlog);
	if (skb)
		pair->backlog_bytes -= skb->truesize;
	if (skb_queue_len(&pair->backlog) <= MVNET_BACKLOG / 2 &&
	    pair->backlog_bytes <= MVNET_BACKLOG_BYTES / 2) {
		if (mvnet_pair_stopped(pair))
			netif_wake_subqueue(pair->mv->ndev, mvnet_pair_index(pair));
		if (pair->impatient && time_after(jiffies, pair->impatient_end))
			pair->impatient = false;
	}
	spin_unlock_bh(&pair->backlog.lock);
	return skb;
}

/* Back to where it was, unless the driver or the interface has gone meanwhile. */
static void mvnet_backlog_return(struct mvnet_pair *pair, struct sk_buff *skb)
{
	spin_lock_bh(&pair->backlog.lock);
	if (pair->accepting && netif_running(pair->mv->ndev)) {
		__skb_queue_head(&pair->backlog, skb);
		pair->backlog_bytes += skb->truesize;
		skb = NULL;
	} else {
		DEV_STATS_INC(pair->mv->ndev, tx_dropped);
	}
	spin_unlock_bh(&pair->backlog.lock);
	kfree_skb(skb);
}

static void mvnet_backlog_purge(struct mvnet_pair *pair)
{
	struct sk_buff *skb;

	while ((skb = mvnet_backlog_pop(pair))) {
		DEV_STATS_INC(pair->mv->ndev, tx_dropped);
		kfree_skb(skb);
	}
}

/*
 * What waits in the qdisc comes out when the queue wakes, and is dropped. That
 * is done in a softirq, in parts: here, when bottom halves are enabled, or in the
 * softirq's thread. Returns whether there was something, also where the stack has
 * replaced the qdisc already and empties it.
 */
static bool mvnet_qdisc_run(struct mvnet_pair *pair)
{
	struct netdev_queue *txq = netdev_get_tx_queue(pair->mv->ndev,
						       mvnet_pair_index(pair));
	bool more;

	local_bh_disable();
	more = qdisc_qlen_sum(rcu_dereference_bh(txq->qdisc_sleeping));
	netif_schedule_queue(txq);
	local_bh_enable();
	return more;
}

static bool mvnet_qdiscs_run(struct mvnet *mv)
{
	bool more = false;
	unsigned int i;

	for (i = 0; i < mvnet_nr_pairs; i++)
		more |= mvnet_qdisc_run(&mv->pairs[i]);
	return more;
}

/*
 * Is no frame for the last driver on its way any more? It is in the hands of its
 * sender, in the qdisc, then in the hands of who takes it out, or puts it back; whose
 * hands these are reads RCU. The stack empties the qdisc as well, a second later if it
 * gets RTNL.
 */
static bool mvnet_qdisc_drained(struct mvnet *mv)
{
	cond_synchronize_rcu(mv->detached);
	if (mvnet_qdiscs_run(mv))
		return false;
	/* Not that of the network, which hurries, at the cost of all processors. */
	synchronize_rcu();
	return !mvnet_qdiscs_run(mv);
}

static void mvnet_accept(struct mvnet_pair *pair, bool accept)
{
	spin_lock_bh(&pair->backlog.lock);
	pair->accepting = accept;
	spin_unlock_bh(&pair->backlog.lock);
	if (!accept)
		mvnet_backlog_purge(pair);
}

/* The driver wants to receive from so many pairs. Until it is attached, none accepts. */
void mvnet_netdev_set_active(struct mvnet *mv, unsigned int nr)
{
	unsigned int i;

	WRITE_ONCE(mv->nr_active, nr);
	for (i = 0; i < mvnet_nr_pairs; i++)
		mvnet_accept(&mv->pairs[i], mv->attached && i < nr);
}

/*
 * There is a driver that will take the frames: tell the interface what it takes, and
 * let it have a carrier. Nothing meant for the last driver may reach this one. RTNL is
 * not waited for: who holds it may wait for a program, and we hold the device. Then
 * the worker comes back to it.
 */
void mvnet_netdev_attach(struct mvnet *mv)
{
	if (!mv->live || netif_carrier_ok(mv->ndev))
		return;
	if (!mv->attached && mvnet_qdisc_drained(mv)) {
		mv->attached = true;
		mvnet_netdev_set_active(mv, mv->nr_active);
	}
	if (!mv->attached || !rtnl_trylock()) {
		queue_delayed_work(mvnet_wq, &mv->retry, MVNET_RETRY);
		return;
	}
	netdev_update_features(mv->ndev);
	rtnl_unlock();
	netif_carrier_on(mv->ndev);
}

/* The driver is gone. */
void mvnet_netdev_detach(struct mvnet *mv)
{
	netif_carrier_off(mv->ndev);
	mv->attached = false;
	mvnet_netdev_set_active(mv, mv->nr_active);
	mv->detached = get_state_synchronize_rcu();
}

/* The last driver may have taken more than this one. */
static bool mvnet_may_receive(const struct mvnet *mv, const struct sk_buff *skb)
{
	if (skb_is_gso(skb))
		return mvnet_has(mv, skb_shinfo(skb)->gso_type & SKB_GSO_TCPV4 ?
				 VIRTIO_NET_F_GUEST_TSO4 :
				 VIRTIO_NET_F_GUEST_TSO6);
	return skb->ip_summed != CHECKSUM_PARTIAL ||
	       mvnet_has(mv, VIRTIO_NET_F_GUEST_CSUM);
}

static int mvnet_push_header(struct mvnet *mv, struct sk_buff *skb,
			     unsigned int nr_chains)
{
	struct virtio_net_hdr_mrg_rxbuf hdr;
	int ret;

	if (!mvnet_may_receive(mv, skb))
		return -EINVAL;
	ret = virtio_net_hdr_from_skb(skb, &hdr.hdr,
				      virtio_legacy_is_little_endian(),
				      mvnet_has(mv, VIRTIO_NET_F_GUEST_CSUM), 0);
	hdr.num_buffers = mvnet_v16(nr_chains);
	if (!ret)
		memcpy(__skb_push(skb, mvnet_hdr_len(mv)), &hdr,
		       mvnet_hdr_len(mv));
	return ret;
}

/* All bytes that were found to go into each, or none */
static void mvnet_receive_push(struct mvnet_vq *vq, unsigned int nr, bool full)
{
	unsigned int i;

	for (i = 0; i < nr; i++) {
		unsigned int chain = vq->nr_used;

		mvnet_vq_push(vq, vq->heads[chain], full ? vq->lens[chain] : 0);
	}
}

static int mvnet_receive_into(struct mvnet *mv, struct mvnet_vq *vq,
			      unsigned int nr_chains, struct sk_buff *skb)
{
	unsigned int hdr_len = mvnet_hdr_len(mv);
	int ret = mvnet_push_header(mv, skb, nr_chains);

	if (ret)
		return ret;
	ret = mvnet_vq_copy_skb(mv, vq, vq->nr_used, skb, true);
	__skb_pull(skb, hdr_len);
	if (ret)
		return ret;
	vq->packets++;
	vq->bytes += skb->len;
	return 0;
}

/*
 * Too few chains for one frame. The driver may be about to offer more, or have no
 * more: then the frame must not keep those behind it for ever. Returns -ETIMEDOUT
 * when it has waited for long enough.
 */
static int mvnet_receive_wait(struct mvnet *mv, struct mvnet_vq *vq)
{
	if (!vq->hungry) {
		vq->hungry = true;
		vq->hungry_end = jiffies + MVNET_PATIENCE;
	}
	if (time_after(jiffies, vq->hungry_end))
		return -ETIMEDOUT;
	/* Nobody else may come to look. */
	queue_delayed_work(mvnet_wq, &mv->retry, MVNET_RETRY);
	return -ENOBUFS;
}

/*
 * Put one frame into the next of nr chains of receive buffers. If the memory is
 * absent, the frame goes back to the backlog; the chains go back to the driver,
 * unused, if that lasts. Returns an error if the queue has to wait.
 */
static int mvnet_receive_one(struct mvnet_pair *pair, unsigned int nr,
			     struct sk_buff *skb)
{
	struct mvnet_vq *vq = pair->rx;
	struct mvnet *mv = pair->mv;
	int used = mvnet_vq_gather(mv, vq, nr, mvnet_hdr_len(mv) + skb->len);
	int ret = used < 0 ? used : mvnet_receive_into(mv, vq, used, skb);

	if (ret == -ENOBUFS)
		ret = mvnet_receive_wait(mv, vq);
	switch (ret) {
	case 0:
		mvnet_receive_push(vq, used, true);
		vq->hungry = false;
		consume_skb(skb);
		return 0;
	case -EFAULT:
		mvnet_receive_push(vq, used, false);
		mvnet_backlog_return(pair, skb);
		return 0;
	case -ENOBUFS:
	case -EAGAIN:
		mvnet_backlog_return(pair, skb);
		return ret;
	default:
		/* Those behind it have waited as well. */
		vq->hungry = ret == -ETIMEDOUT;
		DEV_STATS_INC(mv->ndev, tx_errors);
		kfree_skb(skb);
		return 0;
	}
}

/*
 * The chains that are there, about as many as are needed: most frames take one. The
 * driver is asked to tell us of new ones when these are too few.
 */
static int mvnet_receive_fetch(struct mvnet *mv, struct mvnet_vq *vq,
			       unsigned int waiting)
{
	unsigned int max = vq->hungry ? MVNET_BATCH : waiting;
	int nr = mvnet_vq_fetch(mv, vq, max);

	if (!nr || (vq->hungry && nr > 0 && nr < max)) {
		mvnet_vq_notify(mv, vq, true);
		nr = mvnet_vq_fetch(mv, vq, max);
	}
	return nr;
}

/* From the kernel to the PMD. Returns whether there may be more to do. */
static bool mvnet_receive(struct mvnet_pair *pair)
{
	unsigned int waiting = skb_queue_len_lockless(&pair->backlog);
	struct mvnet_vq *vq = pair->rx;
	struct mvnet *mv = pair->mv;
	bool again = !vq->hungry;
	int ret = 0;
	int nr;
	int i;

	/* What could not be told the last time comes first. */
	if (mvnet_vq_flush(mv, vq) || !waiting)
		return false;

	nr = mvnet_receive_fetch(mv, vq, waiting);
	if (nr <= 0)
		return false;

	/*
	 * Count the frames, not the chains: those that fit into none use none,
	 * and others may come as fast as they go.
	 */
	for (i = 0; i < nr && vq->nr_used < nr && !ret && !vq->broken &&
	     !mvnet_vq_is_tired(vq); i++) {
		struct sk_buff *skb = mvnet_backlog_pop(pair);

		if (!skb)
			break;
		ret = mvnet_receive_one(pair, nr, skb);
	}
	if (vq->nr_used)
		again = true;
	/* Memory that has to come comes with a notification. */
	if (vq->nr_used || ret == -EAGAIN)
		mvnet_vq_notify(mv, vq, ret == -EAGAIN ||
				mvnet_pins_wanted(mv, vq));
	if (mvnet_vq_flush(mv, vq) || vq->broken)
		return false;
	if (ret)
		return ret == -ENOBUFS && again;
	if (!skb_queue_empty_lockless(&pair->backlog))
		return true;
	vq->hungry = false;
	return false;
}

/*
 * From where nobody can sleep. All that waits, or the rest would wait for the worker,
 * which may have to wait for a processor.
 */
static void mvnet_receive_now(struct mvnet_pair *pair)
{
	bool more = true;
	unsigned int i;

	for (i = 0; more && i <= MVNET_BACKLOG / MVNET_BATCH; i++) {
		if (!mvnet_vq_lock_direct(pair->rx))
			break;
		more = mvnet_receive(pair);
		mvnet_vq_unlock_direct(pair->mv, pair->rx);
	}
	if (more)
		mvnet_kick(pair->mv);
}

static bool mvnet_enqueue(struct mvnet_pair *pair, struct sk_buff *skb)
{
	bool room;

	/* The virtio header goes in front. Fragments must not be a program's pages. */
	if (skb_orphan_frags_rx(skb, GFP_ATOMIC) ||
	    skb_cow_head(skb, MVNET_MAX_HDR_LEN))
		return false;
	skb_tx_timestamp(skb);
	/* It may wait for long, and must not hold what others need. */
	skb_orphan(skb);
	nf_reset_ct(skb);

	spin_lock_bh(&pair->backlog.lock);
	room = mvnet_backlog_push(pair, skb);
	spin_unlock_bh(&pair->backlog.lock);
	return room;
}

static netdev_tx_t mvnet_start_xmit(struct sk_buff *skb,
				    struct net_device *ndev)
{
	struct mvnet *mv = mvnet_of(ndev);
	struct mvnet_pair *pair = &mv->pairs[skb_get_queue_mapping(skb)];

	if (!mvnet_enqueue(pair, skb)) {
		DEV_STATS_INC(ndev, tx_dropped);
		dev_kfree_skb_any(skb);
	}
	/* The next one comes at once, and brings this one along. */
	if (!netdev_xmit_more() || mvnet_pair_stopped(pair))
		mvnet_receive_now(pair);
	return NETDEV_TX_OK;
}

/* Of the queues that the driver looks at */
static u16 mvnet_select_queue(struct net_device *ndev, struct sk_buff *skb,
			      struct net_device *sb_dev)
{
	const struct mvnet *mv = mvnet_of(ndev);

	return netdev_pick_tx(ndev, skb, sb_dev) % READ_ONCE(mv->nr_active);
}

/* In pages: so much memory in a row may not be there. */
static struct sk_buff *mvnet_alloc_large(struct mvnet *mv, unsigned int len)
{
	const unsigned int headroom = NET_SKB_PAD + NET_IP_ALIGN;
	struct sk_buff *skb;
	int ret;

	skb = alloc_skb_with_frags(headroom + MVNET_LINEAR, len - MVNET_LINEAR,
				   PAGE_ALLOC_COSTLY_ORDER, &ret, GFP_ATOMIC);
	if (!skb)
		return NULL;
	skb->dev = mv->ndev;
	skb_reserve(skb, headroom);
	skb_put(skb, MVNET_LINEAR);
	skb->data_len = len - MVNET_LINEAR;
	skb->len = len;
	return skb;
}

/* Does not wait for memory: a lock is held. */
static struct sk_buff *mvnet_transmit_alloc(struct mvnet_pair *pair,
					    unsigned int len)
{
	struct mvnet *mv = pair->mv;
	struct sk_buff *skb;

	if (!netif_running(mv->ndev))
		return NULL;
	if (unlikely(len > MVNET_MAX_HDR_LEN + MVNET_MAX_FRAME))
		return mvnet_alloc_large(mv, len);
	/* This is for softirqs, or where they are off. */
	if (pair->tx->direct)
		skb = napi_alloc_skb(&pair->napi, len);
	else
		skb = netdev_alloc_skb(mv->ndev, len);
	if (skb)
		__skb_put(skb, len);
	return skb;
}

/* The longest frame that the driver may transmit */
static unsigned int mvnet_max_frame(const struct mvnet *mv)
{
	return mvnet_has(mv, VIRTIO_NET_F_HOST_TSO4) ||
	       mvnet_has(mv, VIRTIO_NET_F_HOST_TSO6) ?
	       MVNET_MAX_GSO_FRAME : MVNET_MAX_FRAME;
}

/* Is that something that the driver has said it would ask for, and with all it takes? */
static bool mvnet_may_transmit(const struct mvnet *mv,
			       const struct virtio_net_hdr *hdr, unsigned int len)
{
	bool csum = hdr->flags & VIRTIO_NET_HDR_F_NEEDS_CSUM;

	if (csum && !mvnet_has(mv, VIRTIO_NET_F_CSUM))
		return false;
	switch (hdr->gso_type) {
	case VIRTIO_NET_HDR_GSO_NONE:
		return len <= MVNET_MAX_FRAME;
	case VIRTIO_NET_HDR_GSO_TCPV4:
		return csum && mvnet_has(mv, VIRTIO_NET_F_HOST_TSO4);
	case VIRTIO_NET_HDR_GSO_TCPV6:
		return csum && mvnet_has(mv, VIRTIO_NET_F_HOST_TSO6);
	default:
		return false;
	}
}

/* Take the header off, and have the kernel do what it asks for. */
static int mvnet_pull_header(struct mvnet *mv, struct sk_buff *skb,
			     unsigned int hdr_len)
{
	struct virtio_net_hdr hdr;

	memcpy(&hdr, skb->data, sizeof(hdr));
	__skb_pull(skb, hdr_len);
	if (likely(!hdr.flags && !hdr.gso_type && skb->len <= MVNET_MAX_FRAME))
		return 0;
	if (!mvnet_may_transmit(mv, &hdr, skb->len))
		return -EINVAL;
	/* Checks the rest: where the checksum is, and how long segments are. */
	return virtio_net_hdr_to_skb(skb, &hdr,
				     virtio_legacy_is_little_endian());
}

/*
 * Make a frame for the kernel of a chain that the PMD transmits. Returns an
 * error if the chain is not done with.
 */
static int mvnet_transmit_one(struct mvnet_pair *pair, unsigned int chain,
			      struct list_head *frames)
{
	struct mvnet_vq *vq = pair->tx;
	struct mvnet *mv = pair->mv;
	struct net_device *ndev = mv->ndev;
	s64 len = mvnet_vq_measure(mv, vq, chain);
	unsigned int hdr_len = mvnet_hdr_len(mv);
	struct sk_buff *skb;
	int ret;

	if (vq->broken)
		return -EIO;

	if (len < (s64)(hdr_len + ETH_HLEN) ||
	    len > hdr_len + mvnet_max_frame(mv)) {
		DEV_STATS_INC(ndev, rx_length_errors);
		DEV_STATS_INC(ndev, rx_errors);
		return 0;
	}

	skb = mvnet_transmit_alloc(pair, len);
	if (!skb) {
		DEV_STATS_INC(ndev, rx_dropped);
		return 0;
	}

	ret = mvnet_vq_copy_skb(mv, vq, chain, skb, false);
	if (ret) {
		kfree_skb(skb);
		if (ret == -EAGAIN)
			return ret;
		DEV_STATS_INC(ndev, rx_errors);
		return 0;
	}
	if (unlikely(mvnet_pull_header(mv, skb, hdr_len))) {
		kfree_skb(skb);
		DEV_STATS_INC(ndev, rx_frame_errors);
		DEV_STATS_INC(ndev, rx_errors);
		return 0;
	}

	vq->packets++;
	vq->bytes += skb->len;
	if (mvnet_nr_pairs > 1)
		skb_record_rx_queue(skb, mvnet_pair_index(pair));
	skb->protocol = eth_type_trans(skb, ndev);
	list_add_tail(&skb->list, frames);
	return 0;
}

/*
 * Up to max frames from the PMD to the kernel. Returns whether there may be more to
 * do.
 */
static bool mvnet_transmit(struct mvnet_pair *pair, struct list_head *frames,
			   unsigned int max)
{
	struct mvnet_vq *vq = pair->tx;
	struct mvnet *mv = pair->mv;
	bool was_off = vq->notify_off;
	int ret = 0;
	bool busy;
	int nr;
	int i;

	if (mvnet_vq_flush(mv, vq))
		return false;
	nr = mvnet_vq_fetch(mv, vq, max);
	if (nr < 0)
		return false;

	/* While the PMD fills whole batches, we come back anyway. */
	busy = nr == max;
	mvnet_vq_notify(mv, vq, !busy || mvnet_pins_wanted(mv, vq));

	for (i = 0; i < nr && !vq->broken && !mvnet_vq_is_tired(vq); i++) {
		ret = mvnet_transmit_one(pair, i, frames);
		if (ret)
			break;
		mvnet_vq_push(vq, vq->heads[i], 0);
	}
	/* Memory that has to come comes with a notification. */
	if (ret == -EAGAIN)
		mvnet_vq_notify(mv, vq, true);
	if (mvnet_vq_flush(mv, vq) || ret)
		return false;
	return !vq->broken && (busy || was_off || i < nr);
}

static void mvnet_drop(struct mvnet *mv, struct list_head *frames)
{
	struct sk_buff *skb;
	struct sk_buff *next;

	list_for_each_entry_safe(skb, next, frames, list) {
		skb_list_del_init(skb);
		DEV_STATS_INC(mv->ndev, rx_dropped);
		kfree_skb(skb);
	}
}

/*
 * Deliver in the softirq-safe way, but directly: netif_rx() would go through
 * the per-CPU backlog, which drops what exceeds net.core.netdev_max_backlog.
 *
 * Who gets a frame may hold the interface for as long as it is up, as NFQUEUE
 * does. The interface goes down and then waits for readers of RCU before it
 * makes them let go, so it is looked at and used in one go of a reader.
 */
static void mvnet_deliver(struct mvnet *mv, struct list_head *frames)
{
	local_bh_disable();
	rcu_read_lock();
	if (netif_running(mv->ndev))
		netif_receive_skb_list(frames);
	else
		mvnet_drop(mv, frames);
	rcu_read_unlock();
	local_bh_enable();
}

/* The order of frames is kept: those that NAPI took come first. */
static bool mvnet_transmit_slowly(struct mvnet_pair *pair,
				  struct list_head *frames)
{
	struct mvnet *mv = pair->mv;

	if (netif_running(mv->ndev) &&
	    test_bit(NAPI_STATE_SCHED, &pair->napi.state)) {
		queue_delayed_work(mvnet_wq, &mv->retry, MVNET_RETRY);
		return false;
	}
	return mvnet_transmit(pair, frames, MVNET_BATCH);
}

/* What queues that are not direct have. Returns whether there may be more to do. */
static bool mvnet_move_slowly(struct mvnet *mv, struct list_head *frames)
{
	bool more = false;
	unsigned int i;

	/*
	 * A program that brings its memory back holds VFIO's lock as well, and
	 * starts us again when it is done.
	 */
	if (!mutex_trylock(&mv->dma_lock))
		return false;
	for (i = 0; i < mvnet_known_pairs(mv) && mv->live; i++) {
		struct mvnet_pair *pair = &mv->pairs[i];

		if (!mvnet_vq_is_direct(pair->tx))
			more |= mvnet_transmit_slowly(pair, frames);
		if (!mvnet_vq_is_direct(pair->rx))
			more |= mvnet_receive(pair);
	}
	if (mv->live)
		mvnet_control(mv);
	mutex_unlock(&mv->dma_lock);
	return more;
}

/* NAPI is off while the interface is down, and what the PMD transmits is dropped. */
static bool mvnet_transmit_nowhere(struct mvnet_pair *pair,
				   struct list_head *frames)
{
	bool more;

	if (netif_running(pair->mv->ndev) || !mvnet_vq_lock_direct(pair->tx))
		return false;
	more = mvnet_transmit(pair, frames, MVNET_BATCH);
	mvnet_vq_unlock_direct(pair->mv, pair->tx);
	return more;
}

/* Start what moves frames in queues that are direct. */
static void mvnet_move_directly(struct mvnet_pair *pair)
{
	local_bh_disable();
	if (READ_ONCE(pair->tx->direct))
		napi_schedule(&pair->napi);
	if (READ_ONCE(pair->rx->direct) &&
	    !skb_queue_empty_lockless(&pair->backlog))
		mvnet_receive_now(pair);
	local_bh_enable();
}

static void mvnet_work(struct work_struct *work)
{
	struct mvnet *mv = container_of(work, struct mvnet, work);
	LIST_HEAD(frames);
	unsigned int i;
	bool more;

	mutex_lock(&mv->lock);
	mvnet_virtio_update_live(mv);
	mvnet_virtio_update_link(mv);
	mvnet_netdev_attach(mv);
	/* Before frames are taken: NAPI would be faster than we are with them. */
	for (i = 0; i < 2 * mvnet_known_pairs(mv); i++)
		mvnet_vq_go_direct(mv, &mv->vq[i]);
	more = mvnet_move_slowly(mv, &frames);
	for (i = 0; i < mvnet_known_pairs(mv); i++)
		more |= mvnet_transmit_nowhere(&mv->pairs[i], &frames);
	mutex_unlock(&mv->lock);

	mvnet_deliver(mv, &frames);
	for (i = 0; i < mvnet_nr_pairs; i++)
		mvnet_move_directly(&mv->pairs[i]);

	/* Back to the end of the line, so that others get their turn. */
	if (more)
		mvnet_kick(mv);
}

/* To look for frames that go together costs as much as to receive one. */
static bool mvnet_is_tcp(const struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP) &&
	    skb->len >= sizeof(struct iphdr))
		return ((struct iphdr *)skb->data)->protocol == IPPROTO_TCP;
	if (skb->protocol == htons(ETH_P_IPV6) &&
	    skb->len >= sizeof(struct ipv6hdr))
		return ((struct ipv6hdr *)skb->data)->nexthdr == IPPROTO_TCP;
	return false;
}

/* Returns how many frames there were. */
static int mvnet_deliver_by_napi(struct napi_struct *napi,
				 struct list_head *frames)
{
	struct sk_buff *skb, *next;
	int nr = 0;

	list_for_each_entry_safe(skb, next, frames, list) {
		nr++;
		if (mvnet_is_tcp(skb)) {
			skb_list_del_init(skb);
			napi_gro_receive(napi, skb);
		}
	}
	netif_receive_skb_list(frames);
	return nr;
}

static int mvnet_poll(struct napi_struct *napi, int budget)
{
	struct mvnet_pair *pair = container_of(napi, struct mvnet_pair, napi);
	LIST_HEAD(frames);
	bool more = false;
	int nr;

	/* For those who only send */
	if (!budget)
		return 0;
	if (mvnet_vq_lock_direct(pair->tx)) {
		more = mvnet_transmit(pair, &frames, min(budget, MVNET_BATCH));
		mvnet_vq_unlock_direct(pair->mv, pair->tx);
	}
	nr = mvnet_deliver_by_napi(napi, &frames);
	if (more)
		return budget;
	/* A full budget would say that there is more. */
	nr = min(nr, budget - 1);
	napi_complete_done(napi, nr);
	return nr;
}

static void mvnet_pair_notified(struct mvnet_pair *pair)
{
	struct mvnet *mv = pair->mv;

	mvnet_pins_bring(mv, pair->tx);
	mvnet_pins_bring(mv, pair->rx);
	mvnet_vq_bring_back(mv, pair->tx);
	mvnet_vq_bring_back(mv, pair->rx);
	mvnet_move_directly(pair);
	if (!READ_ONCE(pair->tx->direct) || !READ_ONCE(pair->rx->direct) ||
	    !netif_running(mv->ndev))
		mvnet_kick(mv);
}

/*
 * The PMD has offered something, or is asked to notify us because memory has to be
 * pinned or brought back. The worker can not sleep until memory is there; the
 * program can, here. Both queues of a pair are looked at.
 */
void mvnet_notified(struct mvnet *mv, u16 queue)
{
	unsigned int i = queue / 2;

	if (i < mvnet_nr_pairs) {
		mvnet_pair_notified(&mv->pairs[array_index_nospec(i, mvnet_nr_pairs)]);
		return;
	}
	/* The control queue, or none */
	mvnet_vq_bring_back(mv, &mv->vq[mvnet_nr_queues() - 1]);
	mvnet_kick(mv);
}

static void mvnet_retry(struct work_struct *work)
{
	mvnet_kick(container_of(work, struct mvnet, retry.work));
}

/* The link follows the interface; the worker tells the PMD. */
static int mvnet_open(struct net_device *ndev)
{
	struct mvnet *mv = mvnet_of(ndev);
	unsigned int i;

	for (i = 0; i < mvnet_nr_pairs; i++)
		napi_enable(&mv->pairs[i].napi);
	netif_tx_start_all_queues(ndev);
	mvnet_kick(mv);
	return 0;
}

static int mvnet_stop(struct net_device *ndev)
{
	struct mvnet *mv = mvnet_of(ndev);
	unsigned int i;

	for (i = 0; i < mvnet_nr_pairs; i++) {
		napi_disable(&mv->pairs[i].napi);
		mvnet_backlog_purge(&mv->pairs[i]);
	}
	netif_tx_stop_all_queues(ndev);
	mvnet_kick(mv);
	return 0;
}

static void mvnet_get_stats64(struct net_device *ndev,
			      struct rtnl_link_stats64 *stats)
{
	const struct mvnet *mv = mvnet_of(ndev);
	unsigned int i;

	netdev_stats_to_stats64(stats, &ndev->stats);
	for (i = 0; i < mvnet_nr_pairs; i++) {
		const struct mvnet_pair *pair = &mv->pairs[i];

		stats->rx_packets += READ_ONCE(pair->tx->packets);
		stats->rx_bytes += READ_ONCE(pair->tx->bytes);
		stats->tx_packets += READ_ONCE(pair->rx->packets);
		stats->tx_bytes += READ_ONCE(pair->rx->bytes);
	}
}

/* Of what is wanted, what the driver takes */
static netdev_features_t mvnet_fix_features(struct net_device *ndev,
					    netdev_features_t features)
{
	const struct mvnet *mv = mvnet_of(ndev);

	if (!mvnet_has(mv, VIRTIO_NET_F_GUEST_CSUM))
		features &= ~(NETIF_F_HW_CSUM | NETIF_F_ALL_TSO);
	if (!mvnet_has(mv, VIRTIO_NET_F_GUEST_TSO4))
		features &= ~NETIF_F_TSO;
	if (!mvnet_has(mv, VIRTIO_NET_F_GUEST_TSO6))
		features &= ~NETIF_F_TSO6;
	return features;
}

/*
 * No ndo_tx_timeout: that frames wait for buffers is up to user space, and not
 * a failure that the kernel should warn about. See mvnet_lose_patience().
 */
static const struct net_device_ops mvnet_netdev_ops = {
	.ndo_open = mvnet_open,
	.ndo_stop = mvnet_stop,
	.ndo_start_xmit = mvnet_start_xmit,
	.ndo_select_queue = mvnet_select_queue,
	.ndo_set_mac_address = eth_mac_addr,
	.ndo_validate_addr = eth_validate_addr,
	.ndo_get_stats64 = mvnet_get_stats64,
	.ndo_fix_features = mvnet_fix_features,
};

static void mvnet_get_drvinfo(struct net_device *ndev,
			      struct ethtool_drvinfo *info)
{
	strscpy(info->driver, MVNET_NAME, sizeof(info->driver));
	strscpy(info->bus_info, dev_name(ndev->dev.parent),
		sizeof(info->bus_info));
}

static const struct ethtool_ops mvnet_ethtool_ops = {
	.get_drvinfo = mvnet_get_drvinfo,
	.get_link = ethtool_op_get_link,
};

int mvnet_netdev_create(struct mvnet *mv)
{
	struct mvnet_netdev_priv *priv;
	struct net_device *ndev;
	u8 mac[ETH_ALEN];
	unsigned int i;
	int ret;

	ndev = alloc_netdev_mq(sizeof(*priv), "mvnet%d", NET_NAME_ENUM,
			       ether_setup, mvnet_nr_pairs);
	if (!ndev)
		return -ENOMEM;

	priv = netdev_priv(ndev);
	priv->mv = mv;
	mv->ndev = ndev;
	INIT_WORK(&mv->work, mvnet_work);
	INIT_DELAYED_WORK(&mv->retry, mvnet_retry);
	for (i = 0; i < mvnet_nr_pairs; i++) {
		INIT_DELAYED_WORK(&mv->pairs[i].patience, mvnet_lose_patience);
		skb_queue_head_init(&mv->pairs[i].backlog);
		netif_napi_add(ndev, &mv->pairs[i].napi, mvnet_poll);
	}

	SET_NETDEV_DEV(ndev, mv->vdev.dev);
	ndev->netdev_ops = &mvnet_netdev_ops;
	ndev->ethtool_ops = &mvnet_ethtool_ops;
	ndev->needed_headroom = MVNET_MAX_HDR_LEN;
	ndev->hw_features = NETIF_F_SG | NETIF_F_HW_CSUM | NETIF_F_TSO |
			    NETIF_F_TSO6;
	ndev->features |= ndev->hw_features | NETIF_F_RXCSUM;
	ndev->priv_flags |= IFF_LIVE_ADDR_CHANGE;
	/* Frames are queued here, so they must not be shared. */
	ndev->priv_flags &= ~IFF_TX_SKB_SHARING;
	/* That sends from interrupts, which the locks do not keep out. */
	ndev->priv_flags |= IFF_DISABLE_NETPOLL;
	mvnet_mac(mv, 0x02, mac);
	eth_hw_addr_set(ndev, mac);
	netif_carrier_off(ndev);

	ret = register_netdev(ndev);
	if (ret)
		free_netdev(ndev);
	return ret;
}

/* Nobody has the VFIO device open any more. */
void mvnet_netdev_destroy(struct mvnet *mv)
{
	unsigned int i;

	unregister_netdev(mv->ndev);
	for (i = 0; i < mvnet_nr_pairs; i++)
		cancel_delayed_work_sync(&mv->pairs[i].patience);
	cancel_delayed_work_sync(&mv->retry);
	cancel_work_sync(&mv->work);
	for (i = 0; i < mvnet_nr_pairs; i++)
		skb_queue_purge(&mv->pairs[i].backlog);
	free_netdev(mv->ndev);
}
