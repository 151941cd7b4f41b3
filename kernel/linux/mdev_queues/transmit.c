// SPDX-License-Identifier: GPL-2.0
/* Copyright(c) 2026 The DPDK mdev bus authors */

/*
 * Transmit: what a program has put into a ring goes to the lower, when it says so by
 * NETMDEV_KICK, in its context and its time. The frame and its header are copied first
 * and looked at afterwards, so that nobody can change what has been checked.
 */

#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netdevice.h>
#include <linux/sched/signal.h>

#include "mdev_queues.h"

#define MQ_TX_FLAGS	(NETMDEV_HDR_NEEDS_CSUM | NETMDEV_HDR_VLAN)

/* What is wrong with a header, NULL if nothing */
static const char *mq_check_header(const struct netmdev_hdr *hdr, u32 len)
{
	if (hdr->flags & ~MQ_TX_FLAGS || hdr->reserved)
		return "a header of a frame asks for what there is not";
	if (hdr->flags & NETMDEV_HDR_NEEDS_CSUM &&
	    (u32)hdr->csum_start + hdr->csum_offset + sizeof(u16) > len)
		return "a checksum lies not in its frame";
	return NULL;
}

/*
 * The buffer of a descriptor and a copy of its header; NULL if there is nonsense, with
 * the reason
 */
static const void *mq_tx_buffer(const struct mq *mq,
				const struct netmdev_desc *desc,
				struct netmdev_hdr *hdr, const char **reason)
{
	const void *buffer = NULL;

	if (mq_desc_is_sane(desc))
		buffer = mq_memory_at(mq, desc->addr, desc->len);
	if (!buffer) {
		*reason = "a transmit buffer lies not in its memory";
		return NULL;
	}
	if (desc->len < sizeof(*hdr) + ETH_HLEN) {
		*reason = "a frame is shorter than its header";
		return NULL;
	}
	memcpy(hdr, buffer, sizeof(*hdr));
	*reason = mq_check_header(hdr, desc->len - sizeof(*hdr));
	return *reason ? NULL : buffer + sizeof(*hdr);
}

/*
 * The sum begins behind the network header: whoever takes that away on the frame's way,
 * as the receive path of a veth does, computes it from there.
 */
static bool mq_tx_csum_is_sane(struct sk_buff *skb, u32 start)
{
	int depth = 0;
	__be16 protocol = __vlan_get_protocol(skb, skb->protocol, &depth);
	u32 len = protocol == htons(ETH_P_IPV6) ? sizeof(struct ipv6hdr) :
						  sizeof(struct iphdr);

	return start >= max(depth, ETH_HLEN) + len;
}

static struct sk_buff *mq_tx_copy(const struct mq *mq, const void *frame,
				  u32 len)
{
	struct net_device *ndev = mq->ndev;
	struct sk_buff *skb;

	/* What is allocated at most; mq_tx_fits() knows better. */
	if (len > READ_ONCE(ndev->mtu) + ETH_HLEN + VLAN_HLEN)
		return NULL;
	skb = alloc_skb(LL_RESERVED_SPACE(ndev) + len +
			ndev->needed_tailroom, GFP_KERNEL | __GFP_NOWARN);
	if (!skb)
		return NULL;
	skb_reserve(skb, LL_RESERVED_SPACE(ndev));
	skb_put_data(skb, frame, len);
	/* By which who looks into the frame finds the network namespace. */
	skb->dev = ndev;
	return skb;
}

/* There is room for a tag that is in the frame. */
static bool mq_tx_fits(const struct sk_buff *skb, const struct netmdev_hdr *hdr)
{
	bool has_tag = skb->protocol == htons(ETH_P_8021Q) &&
		       !(hdr->flags & NETMDEV_HDR_VLAN);

	return skb->len <= READ_ONCE(skb->dev->mtu) + ETH_HLEN +
			   (has_tag ? VLAN_HLEN : 0);
}

static bool mq_tx_prepare(struct sk_buff *skb, const struct netmdev_hdr *hdr)
{
	skb_reset_mac_header(skb);
	skb->protocol = eth_hdr(skb)->h_proto;
	skb_set_network_header(skb, ETH_HLEN);
	if (!mq_tx_fits(skb, hdr))
		return false;
	if (hdr->flags & NETMDEV_HDR_NEEDS_CSUM &&
	    (!mq_tx_csum_is_sane(skb, hdr->csum_start) ||
	     !skb_partial_csum_set(skb, hdr->csum_start, hdr->csum_offset)))
		return false;
	if (hdr->flags & NETMDEV_HDR_VLAN)
		__vlan_hwaccel_put_tag(skb, htons(ETH_P_8021Q), hdr->vlan_tci);
	skb_probe_transport_header(skb);
	return true;
}

/* Frees the frame in any case. */
static bool mq_tx_send(struct mq *mq, struct sk_buff *skb)
{
	struct net_device *lower;
	int ret = NET_XMIT_DROP;

	rcu_read_lock_bh();
	lower = rcu_dereference_bh(mq->lower);
	if (lower && netif_running(mq->ndev)) {
		skb->dev = lower;
		ret = dev_queue_xmit(skb);
	} else {
		kfree_skb(skb);
	}
	rcu_read_unlock_bh();
	return ret == NET_XMIT_SUCCESS || ret == NET_XMIT_CN;
}

static bool mq_tx_frame(struct mq *mq, const void *frame, u32 len,
			const struct netmdev_hdr *hdr)
{
	struct sk_buff *skb = mq_tx_copy(mq, frame, len);

	if (!skb)
		return false;
	if (!mq_tx_prepare(skb, hdr)) {
		kfree_skb(skb);
		return false;
	}
	return mq_tx_send(mq, skb);
}

/* Under tx_lock. */
static int mq_tx_desc(struct mq_queue *q, const struct netmdev_desc *desc)
{
	struct netmdev_hdr hdr;
	const char *reason;
	const void *frame = mq_tx_buffer(q->mq, desc, &hdr, &reason);
	u32 len = desc->len - sizeof(hdr);

	if (!frame) {
		mq_queue_break(q, reason);
		return -EIO;
	}
	if (mq_tx_frame(q->mq, frame, len, &hdr)) {
		q->status->tx_packets++;
		q->status->tx_bytes += len;
	} else {
		q->status->tx_dropped++;
	}
	mq_ring_use(&q->tx, 0);
	return 0;
}

static int mq_tx_ring(struct mq_queue *q)
{
	struct netmdev_desc desc;
	u32 i;
	int ret;

	if (!q->tx.size)
		return -ENXIO;
	if (READ_ONCE(q->broken))
		return -EIO;
	/* One round: the program can make descriptors available meanwhile. */
	for (i = 0; i < q->tx.size && mq_ring_peek(&q->tx, &desc); i++) {
		if (fatal_signal_pending(current))
			return -EINTR;
		ret = mq_tx_desc(q, &desc);
		if (ret)
			return ret;
		cond_resched();
	}
	return 0;
}

int mq_transmit(struct mq_queue *q)
{
	int ret;

	if (mutex_lock_killable(&q->tx_lock))
		return -EINTR;
	ret = mq_tx_ring(q);
	mutex_unlock(&q->tx_lock);
	return ret;
}
